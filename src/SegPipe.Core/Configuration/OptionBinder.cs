using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Configuration;

/// <summary>Fills option records from maps, strictly: every key known, every value of its type and range. What is wrong becomes a finding and leaves the option as it was.</summary>
internal sealed class OptionBinder(ComponentCatalog catalog, Interpolation variables, Findings findings, SecretSet secrets)
{
    private readonly ScalarBinder _scalars = new(variables, findings, secrets);

    /// <summary>Whether a type is bound from a map of its options.</summary>
    public static bool IsRecord(Type type) => type.IsClass && !type.IsAbstract && type != typeof(string) && type.GetConstructor(Type.EmptyTypes) is not null;

    /// <summary>A record from a map; incomplete where there are findings.</summary>
    public object Record(ConfigNode node, Type type, OptionPlace place)
    {
        var record = Activator.CreateInstance(type)!;
        if (node is ConfigScalar { IsNull: true }) node = new ConfigMap([], node.Position);
        if (node is not ConfigMap map)
        {
            findings.Error(ProblemCode.WrongShape, node.Position, $"{place.What} is a map of options, but {node.Shape} stands here");
            return record;
        }
        var options = OptionDescriptor.Of(type);
        string[] allowed = [.. place.ReadElsewhere, .. options.Select(o => o.Name)];
        var misspelt = new HashSet<string>();
        // The policies of `edge` are read by the names in `from`, which may stand behind it.
        foreach (var entry in map.Entries.OrderBy(e => e.Key != "from"))
        {
            if (options.FirstOrDefault(o => o.Name == entry.Key) is { } option)
            {
                place.Positions[place.Prefix + option.Name] = entry.Value.Position;
                Property(record, entry, option, allowed, place);
            }
            else if (!place.ReadElsewhere.Contains(entry.Key))
            {
                if (Suggestion.For(entry.Key, allowed) is { } meant) misspelt.Add(meant);
                var clause = KeyHints.Clause(entry.Key, allowed, options, place, catalog);
                findings.Error(ProblemCode.UnknownKey, entry.KeyPosition, $"unknown key `{entry.Key}` in {place.What}{clause}", $"allowed here: {string.Join(", ", allowed)}");
            }
        }
        foreach (var option in options.Where(o => o.Required && map.Find(o.Name) is null && !misspelt.Contains(o.Name)))
            findings.Error(ProblemCode.MissingOption, place.At, $"{place.What} lacks `{option.Name}`");
        return record;
    }

    /// <summary>The entries of <c>from</c> in a component whose type is not known.</summary>
    public InputReference[] References(ConfigEntry from, OptionPlace place)
    {
        place.Positions[from.Key] = from.Value.Position;
        return (InputReference[]?)Array(from.Value, typeof(InputReference), from.Key, place) ?? [];
    }

    private void Property(object record, ConfigEntry entry, OptionDescriptor option, IReadOnlyList<string> siblings, OptionPlace place)
    {
        if (entry.Value is ConfigScalar { IsNull: true } nothing && (nothing.IsEmpty || !TakesWords(option.Type)))
        {
            if (!option.Nullable) findings.Error(ProblemCode.MissingOption, entry.KeyPosition, $"`{option.Name}` of {place.What} has no value");
            return;
        }
        var value = option.Type == typeof(EdgeOptionsSet)
            ? Edges(entry, (record as ConsumerOptions)?.From ?? [], siblings, place)
            : Value(entry.Value, option.Type, option.Name, option, siblings, place);
        if (value is null) return;
        if (Complaint(option, value) is { } complaint) findings.Error(ProblemCode.OutOfRange, entry.Value.Position, complaint);
        else option.Property.SetValue(record, value);
    }

    private static string? Complaint(OptionDescriptor option, object value)
    {
        foreach (var check in option.Checks)
        {
            if (check is RangeAttribute range)
            {
                var (low, high) = (Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture), Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture));
                foreach (var number in value as IEnumerable ?? new[] { value })
                {
                    var n = number is Rational fraction ? fraction.Value : Convert.ToDouble(number, CultureInfo.InvariantCulture);
                    if (n < low || n > high) return string.Create(CultureInfo.InvariantCulture, $"`{option.Name}` must be from {range.Minimum} to {range.Maximum}, not {number}");
                }
            }
            else if (!check.IsValid(value))
            {
                return check.FormatErrorMessage($"`{option.Name}`").TrimEnd('.');
            }
        }
        return null;
    }

    private object? Value(ConfigNode node, Type type, string name, OptionDescriptor option, IReadOnlyList<string> siblings, OptionPlace place)
    {
        if (type.IsArray) return Array(node, type.GetElementType()!, name, place, option, siblings);
        if (MapElement(type) is { } element) return Dictionary(node, element, name, option, siblings, place);
        if (IsRecord(type)) return Record(node, type, place.Inside(name, node.Position, siblings));
        if (node is ConfigScalar scalar) return _scalars.Value(scalar, type, name, option);
        findings.Error(ProblemCode.WrongShape, node.Position, $"`{name}` wants {ScalarBinder.Wanted(type)}, but {node.Shape} stands here");
        return null;
    }

    private Array? Array(ConfigNode node, Type element, string name, OptionPlace place, OptionDescriptor? option = null, IReadOnlyList<string>? siblings = null)
    {
        var items = node is ConfigList list ? list.Items : [node];
        if (items.Count == 0)
        {
            findings.Error(ProblemCode.MissingOption, node.Position, $"`{name}` is an empty list");
            return null;
        }
        var values = new ArrayList();
        foreach (var item in items)
        {
            place.Positions[$"{place.Prefix}{name}.{values.Count}"] = item.Position;
            var value = option is not null ? Value(item, element, name, option, siblings ?? [], place)
                : item is ConfigScalar scalar ? _scalars.Value(scalar, element, name, null) : null;
            if (value is null && item is not ConfigScalar && option is null)
                findings.Error(ProblemCode.WrongShape, item.Position, $"`{name}` wants {ScalarBinder.Wanted(element)}, but {item.Shape} stands here");
            if (value is not null) values.Add(value);
        }
        // A list with an unreadable entry is not half a list: what builds on its length would say more that is wrong.
        return values.Count == items.Count ? values.ToArray(element) : null;
    }

    private IDictionary? Dictionary(ConfigNode node, Type element, string name, OptionDescriptor option, IReadOnlyList<string> siblings, OptionPlace place)
    {
        if (node is not ConfigMap map)
        {
            findings.Error(ProblemCode.WrongShape, node.Position, $"`{name}` wants a map, but {node.Shape} stands here");
            return null;
        }
        var result = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), element))!;
        foreach (var entry in map.Entries)
        {
            place.Positions[$"{place.Prefix}{name}.{entry.Key}"] = entry.Value.Position;
            if (Value(entry.Value, element, entry.Key, option, siblings, place) is { } value) result[entry.Key] = value;
        }
        return result;
    }

    private EdgeOptionsSet? Edges(ConfigEntry entry, InputReference[] from, IReadOnlyList<string> siblings, OptionPlace place)
    {
        var policyKeys = OptionDescriptor.Of(typeof(EdgeOptions)).Select(o => o.Name).ToArray();
        var inputs = from.SelectMany(f => new[] { f.ToString(), f.Id }).ToHashSet();
        var byInput = entry.Value is ConfigMap map && map.Entries.Any(e => inputs.Contains(e.Key) || (!policyKeys.Contains(e.Key) && e.Value is ConfigMap));
        if (!byInput) return Edge(entry.Value, entry.Key, siblings, place) is { } all ? new(all, new Dictionary<string, EdgeOptions>()) : null;
        var policies = new Dictionary<string, EdgeOptions>();
        foreach (var each in ((ConfigMap)entry.Value).Entries)
        {
            place.Positions[$"{entry.Key}.{each.Key}"] = each.KeyPosition;
            if (from.Length > 0 && !inputs.Contains(each.Key))
                findings.Error(ProblemCode.UnknownId, each.KeyPosition, $"`{each.Key}` is no input of {place.What}{Suggestion.Clause(each.Key, inputs)}", $"its inputs: {string.Join(", ", (object[])from)}");
            if (Edge(each.Value, $"{entry.Key}.{each.Key}", siblings, place) is { } policy) policies[each.Key] = policy;
        }
        return new(null, policies);
    }

    private EdgeOptions? Edge(ConfigNode node, string name, IReadOnlyList<string> siblings, OptionPlace place) => node switch
    {
        ConfigScalar word => _scalars.Value(word, typeof(WhenFull), name, null) is WhenFull policy ? new EdgeOptions { WhenFull = policy } : null,
        ConfigMap => (EdgeOptions)Record(node, typeof(EdgeOptions), place.Inside(name, node.Position, siblings)),
        _ => Wrong(node, name),
    };

    private EdgeOptions? Wrong(ConfigNode node, string name)
    {
        findings.Error(ProblemCode.WrongShape, node.Position, $"`{name}` wants a policy, but {node.Shape} stands here", "as in `edge: latest` or `edge: { capacity: 4, when_full: wait }`");
        return null;
    }

    private static bool TakesWords(Type type) => type == typeof(InputReference) || type == typeof(InputReference[]);

    /// <summary>The type of the values of a map that is bound, or null.</summary>
    public static Type? MapElement(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) && type.GenericTypeArguments[0] == typeof(string)
            ? type.GenericTypeArguments[1]
            : null;
}
