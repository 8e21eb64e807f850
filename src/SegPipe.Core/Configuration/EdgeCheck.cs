using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Runtime;

namespace SegPipe.Configuration;

/// <summary>Checks edges: their policies, who numbers the frames that meet, who holds up whom.</summary>
internal sealed class EdgeCheck(DraftGraph graph, Findings findings)
{
    public void Run()
    {
        foreach (var link in graph.Links) Policy(link);
        foreach (var component in graph.Components)
        {
            Numbers(component);
            Workers(component);
            SharedWait(component);
        }
    }

    private void Policy(DraftLink link)
    {
        if (Written(link) is not { } policy || link.Output is not { Kind: var kind }) return;
        var at = At(link);
        if (policy.WhenFull == WhenFull.DropToKeyframe && kind != PayloadKind.Packets)
            findings.Error(ProblemCode.WrongPolicy, at, $"`drop_to_keyframe` is for packets, but {link.From.What} puts out {TopologyCheck.Word(kind)}", "use `drop_oldest` or `latest`");
        if (policy is { WhenFull: WhenFull.Latest, Capacity: { } capacity and not 1 })
            findings.Error(ProblemCode.WrongPolicy, at, $"`latest` has capacity 1, not {capacity}", "leave `capacity` out, or use `drop_oldest`");
        if (kind == PayloadKind.Packets && policy.WhenFull is WhenFull.DropOldest or WhenFull.DropNewest or WhenFull.Latest)
            findings.Warn(ProblemCode.LossyPackets, at, $"`{SnakeCase.Of(policy.WhenFull.ToString()!)}` drops single packets; pictures behind them are broken up to the next key frame", "use `drop_to_keyframe` or `wait`");
    }

    private void Numbers(DraftComponent component)
    {
        var numbered = graph.Into(component).Select(l => (Link: l, By: Numberer(l.From))).Where(n => n.By is not null).ToArray();
        if (numbered.Length < 2 || numbered.FirstOrDefault(n => n.By != numbered[0].By) is not { Link: { } other } stray) return;
        findings.Error(ProblemCode.DifferentNumbers, component.AtInput(other.Index),
            $"{component.What} joins frames by their number, but `{numbered[0].Link.From.Id}` is numbered by `{numbered[0].By!.Id}` and `{other.From.Id}` by `{stray.By!.Id}`",
            "join only what is made from one source or one decoder");
    }

    /// <summary>Who numbered a component's frames: a source, or the stage that made pictures of packets; null where that is not known.</summary>
    private DraftComponent? Numberer(DraftComponent component)
    {
        if (component.Kind == ComponentKind.Source) return component;
        if (component.Descriptor is not { Outputs: var outputs } || graph.Into(component).MinBy(l => l.Index) is not { Output: { } fed } first) return null;
        return fed.Kind == PayloadKind.Packets && outputs.All(o => o.Kind != PayloadKind.Packets) ? component : Numberer(first.From);
    }

    private void Workers(DraftComponent component)
    {
        if (component.Options is StageOptions { Workers: > 1 } && component.Descriptor!.ComponentType.IsAssignableTo(typeof(IStreamStage)))
            findings.Error(ProblemCode.WorkersOfStream, component.At("workers"), $"{component.What} works through its stream in order and has one worker", "leave `workers` out");
    }

    private void SharedWait(DraftComponent component)
    {
        foreach (var siblings in graph.OutOf(component).GroupBy(l => l.Output))
        {
            var waiting = siblings.Select(WaitingSinks).ToArray();
            var network = waiting.SelectMany(b => b).FirstOrDefault(IsNetwork);
            if (network is null) continue;
            var file = waiting.Where(b => !b.Contains(network)).SelectMany(b => b).FirstOrDefault(IsFile);
            if (file is null) continue;
            findings.Warn(ProblemCode.SharedWait, network.Position,
                $"{network.What} and {file.What} share `{component.Id}` and wait for it; where `{network.Id}` stalls, `{file.Id}` stops",
                $"write `edge: drop_oldest` on the way to `{network.Id}`");
        }
    }

    /// <summary>The sinks that hold up an edge when they stand still.</summary>
    private List<DraftComponent> WaitingSinks(DraftLink link)
    {
        if (!Waits(link)) return [];
        return link.To.Kind == ComponentKind.Sink ? [link.To] : [.. graph.OutOf(link.To).SelectMany(WaitingSinks)];
    }

    private bool Waits(DraftLink link)
    {
        var live = graph.Ancestors(link.To).Any(a => a.Descriptor is { Live: true });
        return link.Output is { Kind: var kind } && EdgePolicy.Resolve(Written(link), kind, live, link.To.Kind).WhenFull == WhenFull.Wait;
    }

    private static bool IsNetwork(DraftComponent sink) => Options(sink).Any(o => o.Name is "url" or "listen");

    private static bool IsFile(DraftComponent sink) => Options(sink).Any(o => o.Has<OutputPathAttribute>());

    private static IEnumerable<OptionDescriptor> Options(DraftComponent sink) => sink.Descriptor is null ? [] : OptionDescriptor.Of(sink.Descriptor.OptionsType);

    private static EdgeOptions? Written(DraftLink link) => (link.To.Options as ConsumerOptions)?.Edge?.For(link.To.From[link.Index]);

    private static SourcePosition At(DraftLink link)
    {
        var reference = link.To.From[link.Index];
        foreach (var name in (string[])[$"edge.{reference}", $"edge.{reference.Id}"])
        {
            if (link.To.Positions.TryGetValue(name, out var at)) return at;
        }
        return link.To.At("edge");
    }
}
