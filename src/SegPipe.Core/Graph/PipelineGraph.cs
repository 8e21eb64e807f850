using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Frames;

namespace SegPipe.Graph;

/// <summary>One edge before anything runs.</summary>
/// <param name="From">The producer.</param>
/// <param name="Output">Place of its output.</param>
/// <param name="To">The consumer.</param>
/// <param name="Input">Place of its input.</param>
/// <param name="Kind">What flows.</param>
/// <param name="Policy">What happens when it is full.</param>
public sealed record GraphEdge(ComponentDefinition From, int Output, ComponentDefinition To, int Input, PayloadKind Kind, Runtime.EdgePolicy Policy)
{
    /// <summary>The producer as a consumer names it.</summary>
    public string FromName => From.Descriptor.Outputs[Output].Name is { } name ? $"{From.Id}.{name}" : From.Id;
}

/// <summary>
/// The components of one stream, producers before consumers, and the edges between them. It is made of definitions that the
/// topology checks have passed; what they would have refused throws here.
/// </summary>
public sealed class PipelineGraph
{
    private readonly Dictionary<string, ComponentDefinition> _byId;
    private readonly HashSet<string> _live = [];

    /// <summary>Wires a stream.</summary>
    /// <exception cref="ArgumentException">The definition is not sound.</exception>
    public PipelineGraph(StreamDefinition stream)
    {
        Stream = stream;
        _byId = stream.Components.ToDictionary(c => c.Id);
        Order = Sort();
        foreach (var component in Order)
            if (component.Descriptor.Live || Feeds(component).Any(f => _live.Contains(f.From.Id))) _live.Add(component.Id);
        Edges = [.. Order.SelectMany(EdgesInto)];
    }

    /// <summary>The stream.</summary>
    public StreamDefinition Stream { get; }

    /// <summary>The components, producers first.</summary>
    public IReadOnlyList<ComponentDefinition> Order { get; }

    /// <summary>The edges, in the order of their consumers.</summary>
    public IReadOnlyList<GraphEdge> Edges { get; }

    /// <summary>Whether any source above a component is live.</summary>
    public bool IsLive(ComponentDefinition component) => _live.Contains(component.Id);

    private static IReadOnlyList<InputReference> From(ComponentDefinition component) => (component.Options as ConsumerOptions)?.From ?? [];

    private IEnumerable<(InputReference Reference, ComponentDefinition From, int Output)> Feeds(ComponentDefinition component) =>
        From(component).Select(reference =>
        {
            if (!_byId.TryGetValue(reference.Id, out var from)) throw new ArgumentException($"'{component.Id}' is fed by '{reference.Id}', which is not there.");
            var outputs = from.Descriptor.Outputs;
            var output = reference.Output is null && outputs.Count == 1 ? 0 : outputs.ToList().FindIndex(o => o.Name == reference.Output);
            return output >= 0 ? (reference, from, output) : throw new ArgumentException($"'{reference}' is no output of '{from.Id}'.");
        });

    private List<ComponentDefinition> Sort()
    {
        List<ComponentDefinition> sorted = [];
        Dictionary<string, bool> done = [];
        void Visit(ComponentDefinition component)
        {
            if (done.TryGetValue(component.Id, out var finished))
            {
                if (!finished) throw new ArgumentException($"'{component.Id}' feeds itself.");
                return;
            }
            done[component.Id] = false;
            foreach (var feed in Feeds(component)) Visit(feed.From);
            done[component.Id] = true;
            sorted.Add(component);
        }
        foreach (var component in Stream.Components) Visit(component);
        return sorted;
    }

    private IEnumerable<GraphEdge> EdgesInto(ComponentDefinition component)
    {
        var feeds = Feeds(component).ToList();
        var options = component.Options as ConsumerOptions;
        var deepest = feeds.Count == 0 ? 0 : feeds.Max(f => Depth(f.From));
        var latest = feeds.Count == 0 ? 0 : feeds.Max(f => HeldBack(f.From));
        var taken = new bool[component.Descriptor.Inputs.Count];
        foreach (var (reference, from, output) in feeds)
        {
            var kind = from.Descriptor.Outputs[output].Kind;
            var input = Enumerable.Range(0, taken.Length).FirstOrDefault(i => !taken[i] && component.Descriptor.Inputs[i].Accepts.Contains(kind), -1);
            if (input < 0) throw new ArgumentException($"'{component.Id}' does not accept {kind} from '{reference}'.");
            taken[input] = true;
            // The shorter branch into a combine holds what the stages of the longer one have in work, else they could not work side by side.
            var policy = Runtime.EdgePolicy.Resolve(
                options?.Edge?.For(reference), kind, _live.Contains(from.Id), component.Descriptor.Kind, deepest - Depth(from));
            // Less would never let the partner of the first waiting frame be made.
            var least = latest - HeldBack(from) + 1;
            if (!policy.Lossy && policy.Capacity < least) policy = policy with { Capacity = least };
            yield return new(from, output, component, input, kind, policy);
        }
    }

    private int Depth(ComponentDefinition component) =>
        Feeds(component).Select(f => Depth(f.From) + 1).DefaultIfEmpty().Max() + component.LatencyFrames;

    private int HeldBack(ComponentDefinition component) =>
        Feeds(component).Select(f => HeldBack(f.From)).DefaultIfEmpty().Max() + component.LatencyFrames;
}
