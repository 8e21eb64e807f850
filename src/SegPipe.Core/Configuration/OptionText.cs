using System.Collections;
using System.Globalization;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Configuration;

/// <summary>How options are described to people: their types, ranges and defaults in words.</summary>
public static class OptionText
{
    /// <summary>What may be written: <c>whole number, 1–64</c>.</summary>
    public static string Kind(OptionDescriptor option)
    {
        var type = option.Type.IsArray ? option.Type.GetElementType()! : option.Type;
        var text = Kind(type, option);
        if (option.Range is { } range) text += string.Create(CultureInfo.InvariantCulture, $", {range.Minimum}–{range.Maximum}");
        return option.Type.IsArray ? $"{text}, or a list" : text;
    }

    /// <summary>The value where it is not written, <c>required</c>, or nothing.</summary>
    public static string Default(OptionDescriptor option) => option.Required ? "required" : option.Default is { } value ? Value(value) ?? "" : "";

    /// <summary>A value as YAML writes it, or null where that is no single value.</summary>
    public static string? Value(object value) => value switch
    {
        bool truth => truth ? "true" : "false",
        string text => text,
        Enum word => SnakeCase.Of(word.ToString()),
        Rational { Den: 1 } whole => whole.Num.ToString(CultureInfo.InvariantCulture),
        Rational or InputReference => value.ToString(),
        IEnumerable list => list.Cast<object>().Select(Value).ToArray() is { Length: > 0 } items ? $"[{string.Join(", ", items)}]" : null,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static string Kind(Type type, OptionDescriptor option) =>
        option.Has<ByteSizeAttribute>() ? "size, as `512MiB`"
        : option.Has<ModelIdAttribute>() ? "id of a model"
        : option.Has<AncestorIdAttribute>() ? "id of a component"
        : option.Has<PaletteNameAttribute>() ? "name or path of a palette"
        : option.Has<InputPathAttribute>() ? "path that is read"
        : option.Has<OutputPathAttribute>() ? "path that is written"
        : option.Has<SecretAttribute>() ? "secret text"
        : type == typeof(InputReference) ? "id, or `id.output`"
        : type == typeof(EdgeOptionsSet) ? "policy, or a map from input to policy"
        : type == typeof(bool) ? "`true` or `false`"
        : type == typeof(int) || type == typeof(long) ? "whole number"
        : type == typeof(double) || type == typeof(float) ? "number"
        : type == typeof(Rational) ? "number or fraction"
        : type == typeof(string) ? "text"
        : type.IsEnum ? string.Join(", ", SnakeCase.Words(type).Select(w => $"`{w}`"))
        : "map";
}
