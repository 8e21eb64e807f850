using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>
/// Gives packets to one target after the other: where one ends in trouble, packets are refused for a growing random time, and the next
/// target begins with a key packet.
/// </summary>
internal sealed class RetriedPush(ComponentContext context, RetryOptions options, int seed) : IDisposable
{
    // One that stood so long is no part of the series of failures before it.
    private static readonly TimeSpan Proof = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(60);

    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(options.MinMs), TimeSpan.FromMilliseconds(options.MaxMs), seed);
    private IPacketTarget? _target;
    private PushFailure? _failure;
    private (string Word, long Time)? _logged;
    private long _startedAt, _retryAt;
    private bool _isOk;

    /// <summary>Makes a target.</summary>
    public required Func<CancellationToken, IPacketTarget> Start { get; init; }

    /// <summary>Tells why one ended.</summary>
    public required Func<SegPipeException, PushFailure> Explain { get; init; }

    /// <summary>What is said when one is at work.</summary>
    public required string OkDetail { get; init; }

    /// <summary>Gives a packet to the target, to a new one where there is none; a stream that can wait waits for the time of the next try.</summary>
    /// <exception cref="SegPipeException">It could not be given away.</exception>
    public async ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        if (_target is null)
        {
            if (!context.Live && Left() is { Ticks: > 0 } left) await Task.Delay(left, context.Time, abort).ConfigureAwait(false);
            if (!frame.Header.Key || Left() > TimeSpan.Zero) throw Refusal(_failure);
        }
        Attempt(frame, abort);
        if (!_target!.IsConnected) return;
        context.Status.CountWritten(frame.Length);
        if (!_isOk) SayOk();
    }

    /// <summary>Says that there are no more packets, and waits until the target has finished.</summary>
    /// <exception cref="SegPipeException">It did not.</exception>
    public void Complete(CancellationToken abort)
    {
        if (_target is null) return;
        try
        {
            _target.Complete();
            Dispose();
        }
        catch (SegPipeException failure) when (!abort.IsCancellationRequested)
        {
            throw Trouble(failure);
        }
    }

    public void Dispose()
    {
        _target?.Dispose();
        _target = null;
    }

    private void Attempt(Frame frame, CancellationToken abort)
    {
        try
        {
            if (_target is null)
            {
                if (_failure is not null) context.Status.CountRestart();
                _startedAt = context.Time.GetTimestamp();
                _target = Start(abort);
            }
            _target.Write(frame);
        }
        catch (SegPipeException failure) when (!abort.IsCancellationRequested)
        {
            throw Trouble(failure);
        }
    }

    private SegPipeException Trouble(SegPipeException failure)
    {
        Dispose();
        if (_isOk && context.Time.GetElapsedTime(_startedAt) > Proof) _backoff.Reset();
        _isOk = false;
        _failure = Explain(failure);
        var wait = _backoff.Next();
        var now = context.Time.GetTimestamp();
        _retryAt = now + (long)(wait.TotalSeconds * context.Time.TimestampFrequency);
        context.Status.Trouble(_failure.ErrorType, ErrorPhase.Sending, _failure.Message, wait);
        if (_logged is not { } before || before.Word != _failure.ErrorType || context.Time.GetElapsedTime(before.Time, now) >= LogInterval)
        {
            _logged = (_failure.ErrorType, now);
            context.Log.LogWarning(new EventId(0, "push_lost"), _failure, "{Reason} {Advice} Next try in {Delay:0.0} s.", _failure.Message, _failure.Advice, wait.TotalSeconds);
        }
        return Refusal(_failure);
    }

    private void SayOk()
    {
        _isOk = true;
        context.Status.Ok(OkDetail);
        if (_logged is not null) context.Log.LogInformation(new EventId(0, "push_back"), "{Component}: {Detail} again.", context.Id, OkDetail);
        _logged = null;
    }

    private TimeSpan Left() => TimeSpan.FromSeconds((double)(_retryAt - context.Time.GetTimestamp()) / context.Time.TimestampFrequency);

    private Refused Refusal(PushFailure? failure) => failure is null
        ? new(ExitCode.Unavailable, $"{context.Id}: waits for a key packet to begin with.", null, null)
        : new(failure.Code, failure.Message, failure.Advice, failure.InnerException);

    /// <summary>A packet that could not be given away. What failed was counted once, by its own word; the packets that it costs are counted by this one.</summary>
    private sealed class Refused(ExitCode code, string message, string? advice, Exception? inner) : SegPipeException(code, message, advice, inner)
    {
        public override string ErrorType => "not_sent";
    }
}

/// <summary>When a push is tried again: after anything up to <c>min_ms</c>, then up to the double, and so on up to <c>max_ms</c>.</summary>
public sealed record RetryOptions
{
    /// <summary>Longest delay before the first new try, 1–600,000 ms.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 600_000)]
    public int MinMs { get; init; } = 500;

    /// <summary>Longest delay of all, 1–3,600,000 ms.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 3_600_000)]
    public int MaxMs { get; init; } = 30_000;
}
