using System.Globalization;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Configuration;

/// <summary>Turns the text of one scalar into an option's value.</summary>
internal sealed class ScalarBinder(Interpolation variables, Findings findings, SecretSet secrets)
{
    /// <summary>What an option of a type wants, in words.</summary>
    public static string Wanted(Type type) =>
        type == typeof(bool) ? "`true` or `false`"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) || type == typeof(float) ? "a number"
        : type == typeof(Rational) ? "a number or a fraction such as 30000/1001"
        : type == typeof(InputReference) ? "an id, or `id.output`"
        : type.IsEnum ? $"one of {string.Join(", ", SnakeCase.Words(type))}"
        : "a text";

    /// <summary>The value, or null where it is not one (a finding says so) or hangs on a variable that is not set.</summary>
    public object? Value(ConfigScalar scalar, Type type, string name, OptionDescriptor? option)
    {
        var secret = option?.Has<SecretAttribute>() == true;
        var (text, opaque) = variables.Resolve(scalar);
        if (secret && !opaque) secrets.Add(text);
        if (option?.Has<OutputPathAttribute>() == true && !BeginsSafely(scalar.Text))
        {
            findings.Error(ProblemCode.OutputTemplate, scalar.Position, $"`{name}` begins with a variable, which could lead anywhere", "begin with literal text, `${output.dir}` or `${stream.id}`, as in `out/${input.stem}.mp4`");
            return null;
        }
        if (type == typeof(string))
        {
            secrets.AddUrl(text);
            if (text.Length > 0 || option?.Required != true) return text;
            findings.Error(ProblemCode.MissingOption, scalar.Position, $"`{name}` is empty");
            return null;
        }
        if (opaque) return null;
        var value = Parse(text, type, option?.Has<ByteSizeAttribute>() == true);
        if (value is null) Explain(scalar, text, type, name, option, secret);
        return value;
    }

    private static object? Parse(string text, Type type, bool bytes)
    {
        var invariant = CultureInfo.InvariantCulture;
        if (bytes) return !ByteSize.TryParse(text, out var size) ? null : type == typeof(int) ? (size <= int.MaxValue ? (int)size : null) : size;
        if (type == typeof(bool)) return text == "true" ? true : text == "false" ? false : null;
        if (type == typeof(int)) return int.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var i) ? i : null;
        if (type == typeof(long)) return long.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var l) ? l : null;
        if (type == typeof(double)) return Number(text) is { } d ? d : null;
        if (type == typeof(float)) return Number(text) is { } f && float.IsFinite((float)f) ? (float)f : null;
        if (type == typeof(Rational)) return Fraction(text);
        if (type == typeof(InputReference)) return Reference(text);
        if (!type.IsEnum) throw new InvalidOperationException($"An option of type {type} cannot be read from YAML.");
        var word = Array.IndexOf([.. SnakeCase.Words(type)], text);
        return word < 0 ? null : Enum.Parse(type, Enum.GetNames(type)[word]);
    }

    private static bool BeginsSafely(string path) =>
        !path.StartsWith("${", StringComparison.Ordinal) || path.StartsWith("${output.dir}", StringComparison.Ordinal) || path.StartsWith("${stream.id}", StringComparison.Ordinal);

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var d)
            && double.IsFinite(d) ? d : null;

    private static object? Fraction(string text)
    {
        var parts = text.Split('/');
        if (parts.Length > 2) return null;
        if (parts.Length == 2 || !text.Contains('.', StringComparison.Ordinal))
        {
            return int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var n)
                && int.TryParse(parts.ElementAtOrDefault(1) ?? "1", NumberStyles.None, CultureInfo.InvariantCulture, out var d) && n > 0 && d > 0
                ? new Rational(n, d) : null;
        }
        return Number(text) is > 0 and < 1000 and { } number ? new Rational((long)Math.Round(number * 1000), 1000).Reduced : null;
    }

    private static InputReference? Reference(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var (id, output) = dot < 0 ? (text, null) : (text[..dot], text[(dot + 1)..]);
        return id.Length > 0 && output is not "" && !text.Contains(' ', StringComparison.Ordinal) ? new(id, output) : null;
    }

    private void Explain(ConfigScalar scalar, string text, Type type, string name, OptionDescriptor? option, bool secret)
    {
        if (option?.Has<ByteSizeAttribute>() == true)
        {
            findings.Error(ProblemCode.WrongType, scalar.Position, $"`{name}` wants a size, not `{text}`", ByteSize.Forms);
        }
        else if (type.IsEnum)
        {
            var words = SnakeCase.Words(type);
            findings.Error(ProblemCode.UnknownWord, scalar.Position, $"`{name}` cannot be `{text}`{Suggestion.Clause(text, words)}", $"allowed: {string.Join(", ", words)}");
        }
        else
        {
            findings.Error(ProblemCode.WrongType, scalar.Position, $"`{name}` wants {Wanted(type)}, not {(secret ? "what stands here" : $"`{text}`")}");
        }
    }
}
