using System.Diagnostics.CodeAnalysis;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Runtime;

/// <summary>
/// A look at what one output puts out: a copy of its newest frame, made only after somebody asked for one, and at most so often.
/// While nobody asks, a frame costs the reading of one flag; no frame is held, and whoever looks never holds up the frames.
/// </summary>
public sealed class FrameTap
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private TaskCompletionSource? _arrival;
    private byte[] _bytes = [];
    private Format? _format;
    private FrameHeader _header;
    private bool _wanted;
    private long _copies, _last;

    internal FrameTap(string output, PayloadKind kind, PreviewSettings settings, TimeProvider time) =>
        (Output, Kind, Settings, _time) = (output, kind, settings, time);

    /// <summary>The output as consumers name it: the component's id, or <c>id.output</c>.</summary>
    public string Output { get; }

    /// <summary>What flows.</summary>
    public PayloadKind Kind { get; }

    /// <summary>Size and rate of the pictures that are made of it.</summary>
    public PreviewSettings Settings { get; }

    /// <summary>Frames copied so far; the number of the newest copy.</summary>
    public long Copies => Interlocked.Read(ref _copies);

    /// <summary>Whether the newest copy is so fresh that no other would be made yet.</summary>
    public bool Fresh => Copies > 0 && !Due;

    private bool Due => _time.GetElapsedTime(Interlocked.Read(ref _last)) >= Settings.Interval;

    /// <summary>Asks for a copy of the next frame, without waiting for it.</summary>
    public void Ask() => Volatile.Write(ref _wanted, true);

    /// <summary>Asks for a copy and waits until there is a newer one than <paramref name="seen"/>; gives its number.</summary>
    public async Task<long> NextAsync(long seen, CancellationToken cancel)
    {
        while (Copies <= seen)
        {
            Task arrival;
            lock (_gate) arrival = (_arrival ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            Ask();
            if (Copies > seen) break;
            await arrival.WaitAsync(cancel).ConfigureAwait(false);
        }
        return Copies;
    }

    /// <summary>Shows the newest copy; frames that come meanwhile are not copied. False while there is none.</summary>
    public bool TryLook<T>(TapLook<T> look, [MaybeNullWhen(false)] out T result)
    {
        lock (_gate)
        {
            result = _format is null ? default : look(_bytes.AsSpan(0, _format.FrameBytes!.Value), _format, _header, _copies);
            return _format is not null;
        }
    }

    /// <summary>Gives each output of a stream that pictures can be made of its tap.</summary>
    internal static void Attach(StreamRun stream, TimeProvider time)
    {
        foreach (var edge in stream.Graph.Edges.Where(e => e.Kind is PayloadKind.Picture or PayloadKind.Labels))
        {
            var outlet = stream.Nodes.First(n => n.Id == edge.From.Id).Outlets[edge.Output];
            var wished = stream.Graph.Edges.Where(e => e.FromName == edge.FromName).Select(e => e.To.Options).OfType<IPreviewOptions>().FirstOrDefault();
            outlet.Tap ??= new(edge.FromName, edge.Kind, wished?.Preview ?? new(), time);
        }
    }

    /// <summary>Copies a frame if somebody wants one now.</summary>
    internal void Offer(Frame frame)
    {
        if (!Volatile.Read(ref _wanted) || (Copies > 0 && !Due) || !_gate.TryEnter()) return;
        TaskCompletionSource? arrival;
        try
        {
            Volatile.Write(ref _wanted, false);
            var bytes = frame.Bytes;
            if (_bytes.Length < bytes.Length) _bytes = GC.AllocateUninitializedArray<byte>(bytes.Length);
            bytes.CopyTo(_bytes);
            (_format, _header) = (frame.Format, frame.Header);
            Interlocked.Exchange(ref _last, _time.GetTimestamp());
            Interlocked.Increment(ref _copies);
            (arrival, _arrival) = (_arrival, null);
        }
        finally
        {
            _gate.Exit();
        }
        arrival?.SetResult();
    }
}

/// <summary>Reads a copy of a frame, which is valid during the call only.</summary>
/// <param name="bytes">Its bytes.</param>
/// <param name="format">Its format.</param>
/// <param name="header">Its number and times.</param>
/// <param name="number">The copy's number, from 1.</param>
public delegate T TapLook<out T>(ReadOnlySpan<byte> bytes, Format format, FrameHeader header, long number);
