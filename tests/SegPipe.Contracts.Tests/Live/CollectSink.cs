using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Contracts.Tests.Live;

internal sealed record CollectOptions : SinkOptions
{
    /// <summary>Whether the bytes are kept too.</summary>
    public bool Bytes { get; init; }
}

/// <summary>Keeps what it is given for a test to look at.</summary>
[Sink("collect")]
[Input(PayloadKind.Packets, PayloadKind.Picture, PayloadKind.Labels)]
internal sealed class CollectSink(CollectOptions options, ComponentContext context) : ISink
{
    private readonly Collection _collection = Collection.Of(context.Shared, $"{context.Stream}/{context.Id}");

    public Task OpenAsync(Format format, CancellationToken abort) => Task.CompletedTask;

    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        _collection.Add(new(frame.Header, frame.Format, context.Time.GetElapsedTime(frame.Header.Captured), options.Bytes ? frame.Bytes.ToArray() : []));
        return default;
    }

    public Task CompleteAsync(CancellationToken abort) => Task.CompletedTask;

    public ValueTask DisposeAsync() => default;
}

/// <summary>A frame that a sink was given.</summary>
internal sealed record Collected(FrameHeader Header, Format Format, TimeSpan Age, byte[] Bytes)
{
    public PictureSize Size => Format switch
    {
        PictureFormat picture => picture.Size,
        PacketsFormat packets => packets.Size,
        LabelsFormat labels => labels.Size,
        _ => default,
    };

    public double Seconds => Header.Pts * Format.TimeBase.Value;
}

/// <summary>The frames of one collecting sink.</summary>
internal sealed class Collection
{
    private readonly List<Collected> _frames = [];

    public IReadOnlyList<Collected> Frames
    {
        get
        {
            lock (_frames) return [.. _frames];
        }
    }

    public static Collection Of(SharedResources shared, string name) => shared.GetOrAdd("collected " + name, () => new Collection());

    public void Add(Collected frame)
    {
        lock (_frames) _frames.Add(frame);
    }
}
