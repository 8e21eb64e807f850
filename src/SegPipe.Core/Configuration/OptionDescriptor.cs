using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>One option of a record, as reflection finds it: the source of binding, schema and documentation alike.</summary>
public sealed record OptionDescriptor
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<OptionDescriptor>> Known = [];

    /// <summary>Name in YAML.</summary>
    public required string Name { get; init; }

    /// <summary>The record's property.</summary>
    public required PropertyInfo Property { get; init; }

    /// <summary>Type of the value, without the question mark.</summary>
    public required Type Type { get; init; }

    /// <summary>Whether it must be written.</summary>
    public required bool Required { get; init; }

    /// <summary>Whether it may be left unset.</summary>
    public required bool Nullable { get; init; }

    /// <summary>Value where it is not written, null where that is decided later.</summary>
    public object? Default { get; init; }

    /// <summary>Checks of the single value.</summary>
    public required IReadOnlyList<ValidationAttribute> Checks { get; init; }

    /// <summary>Range of a number, or null.</summary>
    public RangeAttribute? Range => Checks.OfType<RangeAttribute>().FirstOrDefault();

    /// <summary>Whether the property carries an attribute.</summary>
    public bool Has<T>()
        where T : Attribute => Property.IsDefined(typeof(T), inherit: true);

    /// <summary>The options of a record: <c>from</c>, its own, then those of its bases.</summary>
    public static IReadOnlyList<OptionDescriptor> Of(Type record) => Known.GetOrAdd(record, Describe);

    /// <summary>The option's value in a record.</summary>
    public object? ValueIn(object record) => Property.GetValue(record);

    private static List<OptionDescriptor> Describe(Type record)
    {
        var defaults = record.IsAbstract ? null : Activator.CreateInstance(record);
        var nullability = new NullabilityInfoContext();
        return
        [
            .. record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.SetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0)
                .OrderBy(p => p.Name != nameof(ConsumerOptions.From)).ThenBy(p => Depth(record, p.DeclaringType!)).ThenBy(p => p.MetadataToken)
                .Select(p => new OptionDescriptor
                {
                    Name = SnakeCase.Of(p.Name),
                    Property = p,
                    Type = System.Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType,
                    Required = p.IsDefined(typeof(RequiredMemberAttribute)),
                    Nullable = nullability.Create(p).WriteState == NullabilityState.Nullable,
                    Default = defaults is null ? null : p.GetValue(defaults),
                    Checks = [.. p.GetCustomAttributes<ValidationAttribute>()],
                }),
        ];
    }

    private static int Depth(Type record, Type declaring)
    {
        var depth = 0;
        for (var t = record; t != declaring && t is not null; t = t.BaseType) depth++;
        return depth;
    }
}
