using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Runtime;

/// <summary>What an edge does, with every default filled in.</summary>
/// <param name="Capacity">Frames that may wait.</param>
/// <param name="WhenFull">What happens to a frame that finds the edge full.</param>
/// <param name="MaxAge">Age since capture above which a frame is dropped when it is taken out, or null.</param>
public sealed record EdgePolicy(int Capacity, WhenFull WhenFull, TimeSpan? MaxAge)
{
    private const int PacketCapacity = 64, FrameCapacity = 2;

    /// <summary>Whether frames may be lost here.</summary>
    public bool Lossy => WhenFull != WhenFull.Wait;

    /// <summary>Fills in the defaults of section "Edges" in docs/architecture.md.</summary>
    /// <param name="options">What the consumer wrote, or null.</param>
    /// <param name="kind">What flows.</param>
    /// <param name="live">Whether it comes from a live source.</param>
    /// <param name="consumer">What takes it.</param>
    /// <param name="extra">Frames beyond the usual two that a combine's shorter branch holds while its longer one works.</param>
    public static EdgePolicy Resolve(EdgeOptions? options, PayloadKind kind, bool live, ComponentKind consumer, int extra = 0)
    {
        var whenFull = options?.WhenFull ?? (live ? LiveDefault(kind, consumer) : WhenFull.Wait);
        var capacity = whenFull == WhenFull.Latest
            ? 1
            : options?.Capacity ?? (kind == PayloadKind.Packets ? PacketCapacity : FrameCapacity + extra);
        return new(capacity, whenFull, options?.MaxAgeMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null);
    }

    private static WhenFull LiveDefault(PayloadKind kind, ComponentKind consumer) => (kind, consumer) switch
    {
        (PayloadKind.Packets, _) => WhenFull.DropToKeyframe,
        (PayloadKind.Tensor, ComponentKind.Stage) => WhenFull.Latest,
        (PayloadKind.Picture or PayloadKind.Labels, ComponentKind.Sink) => WhenFull.DropOldest,
        _ => WhenFull.Wait,
    };
}
