using System.Collections.Frozen;
using System.Reflection;
using System.Text.RegularExpressions;

namespace SegPipe.Components;

/// <summary>The components of some assemblies, found by their attributes.</summary>
public sealed partial class ComponentCatalog
{
    private readonly FrozenDictionary<(ComponentKind, string), ComponentDescriptor> _byName;

    private ComponentCatalog(IReadOnlyList<ComponentDescriptor> all)
    {
        All = all;
        _byName = all.ToFrozenDictionary(d => (d.Kind, d.Name));
    }

    /// <summary>All components, by kind and name.</summary>
    public IReadOnlyList<ComponentDescriptor> All { get; }

    /// <summary>Collects the classes that carry a component attribute.</summary>
    /// <exception cref="InvalidOperationException">A class breaks the house rules: its name, its constructor or its attributes.</exception>
    public static ComponentCatalog Scan(params IEnumerable<Assembly> assemblies) => Of(assemblies.SelectMany(a => a.GetTypes()));

    /// <summary>Those of some classes that carry a component attribute.</summary>
    internal static ComponentCatalog Of(params IEnumerable<Type> types) => new(
        [.. types
            .Select(t => (Type: t, Attribute: t.GetCustomAttribute<ComponentAttribute>(inherit: false)))
            .Where(x => x.Attribute is not null)
            .Select(x => Describe(x.Type, x.Attribute!))
            .OrderBy(d => d.Kind).ThenBy(d => d.Name, StringComparer.Ordinal)]);

    /// <summary>The component of this kind and name, or null.</summary>
    public ComponentDescriptor? Find(ComponentKind kind, string name) => _byName.GetValueOrDefault((kind, name));

    /// <summary>The names of a kind.</summary>
    public IEnumerable<string> Names(ComponentKind kind) => All.Where(d => d.Kind == kind).Select(d => d.Name);

    private static ComponentDescriptor Describe(Type type, ComponentAttribute attribute)
    {
        var kind = attribute switch
        {
            SourceAttribute => ComponentKind.Source,
            StageAttribute => ComponentKind.Stage,
            _ => ComponentKind.Sink,
        };
        var expected = string.Concat(attribute.Name.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..])) + kind;
        if (!SnakeCase().IsMatch(attribute.Name)) throw new InvalidOperationException($"{type}: '{attribute.Name}' is not lower_snake_case.");
        if (type.Name != expected) throw new InvalidOperationException($"{type}: a {kind} called '{attribute.Name}' is class {expected}.");
        if (type.GetConstructors() is not [var constructor])
            throw new InvalidOperationException($"{type}: a component has one public constructor.");
        var parameters = constructor.GetParameters();
        if (parameters is not ([_] or [_, _]) || !parameters[0].ParameterType.IsSubclassOf(typeof(ComponentOptions))
            || (parameters.Length == 2 && parameters[1].ParameterType != typeof(ComponentContext)))
        {
            throw new InvalidOperationException($"{type}: the constructor takes the options and, if need be, a ComponentContext.");
        }
        return new()
        {
            Name = attribute.Name,
            Kind = kind,
            Live = attribute is SourceAttribute { Live: true },
            Network = attribute is SinkAttribute { Network: true },
            LatencyFrames = (attribute as StageAttribute)?.LatencyFrames ?? 0,
            ComponentType = type,
            OptionsType = parameters[0].ParameterType,
            Constructor = constructor,
            Inputs = [.. type.GetCustomAttributes<InputAttribute>().OrderBy(i => i.Index).Select(i => new InputDescriptor(i.Accepts))],
            Outputs = [.. type.GetCustomAttributes<OutputAttribute>().OrderBy(o => o.Index).Select(o => new OutputDescriptor(o.Name, o.Kind))],
        };
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    private static partial Regex SnakeCase();
}
