using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Graph;

/// <summary>What one edge can hold.</summary>
/// <param name="From">The producer.</param>
/// <param name="To">The consumer.</param>
/// <param name="Capacity">Frames.</param>
/// <param name="FrameBytes">Bytes of a frame; of packets, an estimate.</param>
public sealed record EdgeMemory(string From, string To, int Capacity, long FrameBytes)
{
    /// <summary>Bytes of a full edge.</summary>
    public long Bytes => Capacity * FrameBytes;
}

/// <summary>What a graph can hold when every edge is full and every component at work.</summary>
/// <param name="Edges">By edge.</param>
/// <param name="WorkBytes">Frames that the components have in work.</param>
public sealed record MemoryPlan(IReadOnlyList<EdgeMemory> Edges, long WorkBytes)
{
    // A coded picture is rarely more than an eighth of the picture; the pool's rule for empty accounts covers the ones that are.
    private const int PacketShare = 8;

    /// <summary>All of it, in bytes.</summary>
    public long Bytes => Edges.Sum(e => e.Bytes) + WorkBytes;

    /// <summary>Adds up a stream whose formats are known.</summary>
    /// <param name="edges">Its edges.</param>
    /// <param name="format">The format of a component's output.</param>
    public static MemoryPlan Of(IReadOnlyList<GraphEdge> edges, Func<GraphEdge, Format> format)
    {
        var held = edges.Select(e => new EdgeMemory(e.FromName, e.To.Id, e.Policy.Capacity, FrameBytes(format(e)))).ToList();
        var work = edges.Zip(held).Sum(x => x.Second.FrameBytes * (1 + ((x.First.To.Options as StageOptions)?.Workers ?? 1)));
        return new(held, work);
    }

    private static long FrameBytes(Format format) => format.FrameBytes is { } bytes
        ? FramePool.SizeClass(bytes)
        : format is PacketsFormat packets ? FramePool.SizeClass(packets.Size.Width * packets.Size.Height * 3 / 2 / PacketShare) : 0;
}
