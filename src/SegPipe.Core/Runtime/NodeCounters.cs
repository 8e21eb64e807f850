using SegPipe.Parts;

namespace SegPipe.Runtime;

/// <summary>What became of the frames that a component took, each term counted where it happens.</summary>
public sealed class NodeCounters
{
    private readonly long[] _processed, _failed, _unmatched, _abandoned, _held;
    private long _notShown, _lost, _busyTicks, _lastTicks;

    internal NodeCounters(int inputs, PartTally? part = null)
    {
        Part = part;
        _processed = new long[inputs];
        _failed = new long[inputs];
        _unmatched = new long[inputs];
        _abandoned = new long[inputs];
        _held = new long[inputs];
    }

    /// <summary>What became of the frames of the part that is run; null where all are run.</summary>
    internal PartTally? Part { get; }

    /// <summary>Time that went into each frame.</summary>
    public LatencyHistogram Processing { get; } = new();

    /// <summary>Age of each frame when a sink had written it.</summary>
    public LatencyHistogram Age { get; } = new();

    /// <summary>Age of the class map that each picture was made with, where a combine holds the newest.</summary>
    public LatencyHistogram MaskAge { get; } = new();

    /// <summary>When the newest frame was put out or written, in ticks of <see cref="DateTimeOffset.UtcTicks"/>; 0 before the first.</summary>
    public long LastFrameTicks => Interlocked.Read(ref _lastTicks);

    /// <summary>Packets that hold no picture to be shown.</summary>
    public long NotShown => Interlocked.Read(ref _notShown);

    /// <summary>Packets or pictures that the codec could not use.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Time that the component has worked, of all its copies together, in ticks of the clock.</summary>
    public long BusyTicks => Interlocked.Read(ref _busyTicks);

    /// <summary>Frames of an input that were used; at a sink, written.</summary>
    public long Processed(int input = 0) => Interlocked.Read(ref _processed[input]);

    /// <summary>Frames of an input that the component failed on.</summary>
    public long Failed(int input = 0) => Interlocked.Read(ref _failed[input]);

    /// <summary>Frames of an input that found no partner.</summary>
    public long Unmatched(int input = 0) => Interlocked.Read(ref _unmatched[input]);

    /// <summary>Frames of an input that an abort found in work.</summary>
    public long Abandoned(int input = 0) => Interlocked.Read(ref _abandoned[input]);

    /// <summary>Frames of an input that are in work now.</summary>
    public long Held(int input = 0) => Interlocked.Read(ref _held[input]);

    internal void Take(int input) => Interlocked.Increment(ref _held[input]);

    internal void Process(int input) => End(_processed, input);

    internal void Fail(int input) => End(_failed, input);

    internal void Unmatch(int input) => End(_unmatched, input);

    internal void Abandon(int input) => End(_abandoned, input);

    internal void AddNotShown(long frames) => Interlocked.Add(ref _notShown, frames);

    internal void AddLost(long frames) => Interlocked.Add(ref _lost, frames);

    internal void AddBusy(long ticks) => Interlocked.Add(ref _busyTicks, ticks);

    internal void Stamp(DateTimeOffset now) => Interlocked.Exchange(ref _lastTicks, now.UtcTicks);

    private void End(long[] counter, int input)
    {
        Interlocked.Increment(ref counter[input]);
        Interlocked.Decrement(ref _held[input]);
    }
}
