using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Runtime;

/// <summary>
/// One bounded channel with one writer and one reader. Every frame that is offered ends in exactly one counter: taken, or dropped
/// for a reason, or still queued.
/// </summary>
public sealed class Edge
{
    private readonly Channel<Frame> _channel;
    private readonly TimeProvider _time;
    private long _offered, _taken, _droppedFull, _droppedStale, _droppedKeyframe, _droppedShutdown, _blockedTicks, _bytesIn, _bytesOut;
    private readonly AsyncSignal _arrived;
    private long _settled = -1, _told = -1;
    private bool _skipping, _done, _closed;

    internal Edge(string from, string to, PayloadKind kind, EdgePolicy policy, TimeProvider time, AsyncSignal arrived)
    {
        (From, To, Kind, Policy, _time, _arrived) = (from, to, kind, policy, time, arrived);
        _channel = Channel.CreateBounded<Frame>(
            new BoundedChannelOptions(policy.Capacity)
            {
                SingleWriter = true,
                FullMode = policy.WhenFull switch
                {
                    WhenFull.DropOldest or WhenFull.Latest => BoundedChannelFullMode.DropOldest,
                    WhenFull.DropNewest => BoundedChannelFullMode.DropWrite,
                    _ => BoundedChannelFullMode.Wait,
                },
            },
            frame => Drop(frame, ref _droppedFull));
    }

    /// <summary>The producer: its id, or <c>id.output</c>.</summary>
    public string From { get; }

    /// <summary>Id of the consumer.</summary>
    public string To { get; }

    /// <summary>What flows.</summary>
    public PayloadKind Kind { get; }

    /// <summary>What happens when it is full.</summary>
    public EdgePolicy Policy { get; }

    /// <summary>Frames that the producer gave.</summary>
    public long Offered => Interlocked.Read(ref _offered);

    /// <summary>Frames that the consumer took.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Frames dropped because the edge, or the memory budget behind a lossy edge, was full.</summary>
    public long DroppedFull => Interlocked.Read(ref _droppedFull);

    /// <summary>Frames that were too old when they were taken out.</summary>
    public long DroppedStale => Interlocked.Read(ref _droppedStale);

    /// <summary>Packets dropped up to the next key packet.</summary>
    public long DroppedKeyframe => Interlocked.Read(ref _droppedKeyframe);

    /// <summary>Frames that an abort found waiting.</summary>
    public long DroppedShutdown => Interlocked.Read(ref _droppedShutdown);

    /// <summary>Frames that wait now.</summary>
    public int Queued => _channel.Reader.Count;

    /// <summary>Bytes of the frames that wait now. What came in less what went out: both only rise, so nothing can get stuck.</summary>
    public long QueuedBytes => Math.Max(0, Interlocked.Read(ref _bytesIn) - Interlocked.Read(ref _bytesOut));

    /// <summary>Time that the producer has waited here.</summary>
    public TimeSpan Blocked => _time.GetElapsedTime(0, Interlocked.Read(ref _blockedTicks));

    /// <summary>Set when a frame was taken out, so that a producer that waits may try again.</summary>
    internal AsyncSignal? Room { get; set; }

    /// <summary>Offers a frame, whose handle is the edge's from here on; false, and nothing has happened, while a waiting edge is full.</summary>
    internal bool TryOffer(Frame frame)
    {
        // The frame is another's as soon as it is written.
        var bytes = frame.Length;
        if (Policy.WhenFull == WhenFull.DropToKeyframe) OfferPacket(frame);
        else if (!_channel.Writer.TryWrite(frame))
        {
            if (!Volatile.Read(ref _closed)) return false;
            Drop(frame, ref _droppedShutdown);
        }
        Interlocked.Add(ref _bytesIn, bytes);
        Interlocked.Increment(ref _offered);
        _arrived.Set();
        return true;
    }

    /// <summary>Adds time that the producer has waited here.</summary>
    internal void AddBlocked(long ticks) => Interlocked.Add(ref _blockedTicks, ticks);

    /// <summary>Counts a frame for which a lossy edge had no memory.</summary>
    internal void OfferNothing()
    {
        Interlocked.Increment(ref _offered);
        Interlocked.Increment(ref _droppedFull);
    }

    /// <summary>
    /// Says that every frame up to this number was offered or is lost, so that a combine below does not wait for one that will
    /// never come while its own full edges hold up the whole graph.
    /// </summary>
    internal void Settle(long sequence)
    {
        if (sequence <= Volatile.Read(ref _settled)) return;
        Volatile.Write(ref _settled, sequence);
        _arrived.Set();
    }

    /// <summary>The next frame, or an empty one when the producer is done or the run aborted.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<Frame> TakeAsync()
    {
        while (true)
        {
            var arrival = TryTake();
            if (arrival.Kind == ArrivalKind.Frame) return arrival.Frame;
            if (arrival.Kind == ArrivalKind.End) return default;
            if (arrival.Kind == ArrivalKind.None) await _arrived.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Takes what is there.</summary>
    internal Arrival TryTake()
    {
        // Read before the queue is: whatever was settled or done by now is either in the queue or lost.
        var settled = Volatile.Read(ref _settled);
        var done = Volatile.Read(ref _done);
        while (_channel.Reader.TryRead(out var frame))
        {
            Room?.Set();
            if (Policy.MaxAge is { } limit && _time.GetElapsedTime(frame.Header.Captured) > limit)
            {
                Drop(frame, ref _droppedStale);
                continue;
            }
            Interlocked.Add(ref _bytesOut, frame.Length);
            Interlocked.Increment(ref _taken);
            _told = frame.Header.Sequence;
            return new(ArrivalKind.Frame, frame, _told);
        }
        if (settled > _told) return new(ArrivalKind.Gap, default, _told = settled);
        return done ? new(ArrivalKind.End, default, long.MaxValue) : new(ArrivalKind.None, default, _told);
    }

    /// <summary>The producer is done; what waits is still delivered.</summary>
    internal void Complete()
    {
        _channel.Writer.TryComplete();
        Volatile.Write(ref _done, true);
        _arrived.Set();
    }

    /// <summary>Aborts: nothing more is delivered, what waits is dropped and counted.</summary>
    internal void Close()
    {
        _channel.Writer.TryComplete();
        Volatile.Write(ref _closed, true);
        Empty(ref _droppedShutdown);
        Volatile.Write(ref _done, true);
        _arrived.Set();
        Room?.Set();
    }

    private void OfferPacket(Frame frame)
    {
        if (_skipping && !frame.Header.Key)
        {
            Drop(frame, ref _droppedKeyframe);
            return;
        }
        if (_channel.Writer.TryWrite(frame))
        {
            _skipping = false;
            return;
        }
        if (_channel.Reader.Completion.IsCompleted)
        {
            Drop(frame, ref _droppedShutdown);
            return;
        }
        Empty(ref _droppedKeyframe);
        _skipping = !frame.Header.Key;
        if (_skipping) Drop(frame, ref _droppedKeyframe);
        else if (!_channel.Writer.TryWrite(frame)) Drop(frame, ref _droppedShutdown);
    }

    private void Empty(ref long counter)
    {
        while (_channel.Reader.TryRead(out var frame)) Drop(frame, ref counter);
    }

    private void Drop(Frame frame, ref long counter)
    {
        Interlocked.Add(ref _bytesOut, frame.Length);
        frame.Dispose();
        Interlocked.Increment(ref counter);
    }
}

/// <summary>What an edge had for its consumer.</summary>
internal enum ArrivalKind
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>A frame, now the taker's.</summary>
    Frame,

    /// <summary>The knowledge that every frame up to a number was delivered or is lost.</summary>
    Gap,

    /// <summary>Nothing more will come.</summary>
    End,
}

/// <summary>What an edge had for its consumer; <paramref name="Sequence"/> is the number up to which everything is known.</summary>
internal readonly record struct Arrival(ArrivalKind Kind, Frame Frame, long Sequence);
