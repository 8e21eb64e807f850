using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;

namespace SegPipe.Host.Batch.Planning;

/// <summary>Keeps the times and key flags of a video's packets among the run's shared things.</summary>
[Sink("packet_index")]
[Input(PayloadKind.Packets)]
internal sealed class PacketIndexSink(PacketIndexOptions options, ComponentContext context) : ISink
{
    private readonly PacketIndex _index = context.Shared.GetOrAdd(options.From[0].Id, () => new PacketIndex());

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort)
    {
        _index.Format = (PacketsFormat)format;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        _index.Packets.Add(new(frame.Header.Pts, frame.Header.Key && KeyPacket.IsClean((PacketsFormat)frame.Format, frame.Bytes)));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Options of <see cref="PacketIndexSink"/>.</summary>
internal sealed record PacketIndexOptions : SinkOptions;

/// <summary>The packets of a video.</summary>
internal sealed class PacketIndex
{
    /// <summary>What they are, null before the first.</summary>
    public PacketsFormat? Format { get; set; }

    /// <summary>All of them, in the order of the file.</summary>
    public List<IndexedPacket> Packets { get; } = [];
}
