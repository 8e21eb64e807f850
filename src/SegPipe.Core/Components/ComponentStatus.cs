using System.Collections.Concurrent;

namespace SegPipe.Components;

/// <summary>
/// What a component says of itself to those who watch: whether it is well, and numbers that only it knows. Written by the component,
/// where it has to be once a frame (nothing is allocated for numbers), and read by others at any time.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class ComponentStatus(TimeProvider time)
{
    private readonly long[] _readings = [.. Enum.GetValues<ComponentReading>().Select(_ => BitConverter.DoubleToInt64Bits(double.NaN))];
    private readonly ConcurrentDictionary<(string Type, ErrorPhase Phase), long> _errors = new();
    private volatile ComponentCondition? _condition;
    private long _restarts, _gaps, _gapTicks, _receivedBytes, _writtenBytes, _segments, _failedSegments;
    private volatile bool _hasSegments;

    /// <summary>What the component said last of its health, or null while it has said nothing: then the runtime's word is the whole truth.</summary>
    public ComponentCondition? Condition => _condition;

    /// <summary>Times that it began anew after trouble: reconnections of a source, attempts of a sink.</summary>
    public long Restarts => Interlocked.Read(ref _restarts);

    /// <summary>Interruptions of the stream that have ended.</summary>
    public long Gaps => Interlocked.Read(ref _gaps);

    /// <summary>Stream time that was missed while it was in trouble.</summary>
    public TimeSpan Missed => new(Interlocked.Read(ref _gapTicks));

    /// <summary>Bytes of media that came in from outside.</summary>
    public long ReceivedBytes => Interlocked.Read(ref _receivedBytes);

    /// <summary>Bytes that went out.</summary>
    public long WrittenBytes => Interlocked.Read(ref _writtenBytes);

    /// <summary>Files of a recording that is cut into several: those that were finished and found whole, and those that were not; null where none is cut.</summary>
    public (long Whole, long Failed)? Segments => _hasSegments ? (Interlocked.Read(ref _segments), Interlocked.Read(ref _failedSegments)) : null;

    /// <summary>Errors so far, by type and phase.</summary>
    public IReadOnlyCollection<KeyValuePair<(string Type, ErrorPhase Phase), long>> Errors => _errors.ToArray();

    /// <summary>Says that it is at work.</summary>
    /// <param name="detail">A clause for people, such as <c>connected, 2048×1024 h264</c>, or null.</param>
    public void Ok(string? detail = null) => Say(ComponentState.Ok, null, detail, null);

    /// <summary>Says that it is in trouble and tries again, and counts the error.</summary>
    /// <param name="type">One of few words, snake_case: <c>refused</c>, <c>timeout</c>, <c>stalled</c>; never a text from outside.</param>
    /// <param name="phase">What it was doing.</param>
    /// <param name="detail">The cause, for people.</param>
    /// <param name="retryIn">When it tries again, or null while it is trying.</param>
    public void Trouble(string type, ErrorPhase phase, string detail, TimeSpan? retryIn = null)
    {
        CountError(type, phase);
        Say(ComponentState.RecoverableError, type, detail, retryIn is { } wait ? time.GetUtcNow() + wait : null);
    }

    /// <summary>Counts an error without a change of health, or beside the runtime's own counting of failed frames.</summary>
    public void CountError(string type, ErrorPhase phase) => _errors.AddOrUpdate((type, phase), 1, (_, count) => count + 1);

    /// <summary>Counts an attempt to begin anew.</summary>
    public void CountRestart() => Interlocked.Increment(ref _restarts);

    /// <summary>Counts an interruption that has ended, and the stream time that is missing.</summary>
    public void CountGap(TimeSpan gap)
    {
        Interlocked.Increment(ref _gaps);
        Interlocked.Add(ref _gapTicks, gap.Ticks);
    }

    /// <summary>Counts bytes of media that came in from outside.</summary>
    public void CountReceived(long bytes) => Interlocked.Add(ref _receivedBytes, bytes);

    /// <summary>Counts bytes that went out.</summary>
    public void CountWritten(long bytes) => Interlocked.Add(ref _writtenBytes, bytes);

    /// <summary>Says that it cuts a recording into several files.</summary>
    public void HaveSegments() => _hasSegments = true;

    /// <summary>Counts a file of a recording that is cut into several.</summary>
    /// <param name="whole">Whether it was finished and found whole.</param>
    public void CountSegment(bool whole)
    {
        if (whole) Interlocked.Increment(ref _segments);
        else Interlocked.Increment(ref _failedSegments);
    }

    /// <summary>Notes a number about the newest frame.</summary>
    public void Note(ComponentReading reading, double value) => Interlocked.Exchange(ref _readings[(int)reading], BitConverter.DoubleToInt64Bits(value));

    /// <summary>A number about the newest frame, or null where the component gives none.</summary>
    public double? Reading(ComponentReading reading)
    {
        var value = BitConverter.Int64BitsToDouble(Interlocked.Read(ref _readings[(int)reading]));
        return double.IsNaN(value) ? null : value;
    }

    private void Say(ComponentState state, string? type, string? detail, DateTimeOffset? retryAt)
    {
        var since = _condition is { } last && last.State == state ? last.Since : time.GetUtcNow();
        _condition = new(state, type, detail, retryAt, since);
    }
}

/// <summary>What a component said of its health.</summary>
/// <param name="State">How it is.</param>
/// <param name="ErrorType">The error's word while it is in trouble, else null.</param>
/// <param name="Detail">A clause for people, or null.</param>
/// <param name="RetryAt">When it tries again, or null.</param>
/// <param name="Since">Since when it is in this state.</param>
public sealed record ComponentCondition(ComponentState State, string? ErrorType, string? Detail, DateTimeOffset? RetryAt, DateTimeOffset Since);

/// <summary>What a component was doing when an error came.</summary>
public enum ErrorPhase
{
    /// <summary>Getting data from outside.</summary>
    Receiving,

    /// <summary>Working on a frame.</summary>
    Processing,

    /// <summary>Giving data to the outside.</summary>
    Sending,
}
