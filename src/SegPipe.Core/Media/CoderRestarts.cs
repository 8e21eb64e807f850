using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Processes;

namespace SegPipe.Media;

/// <summary>Whether a coder behind a live source is started again after a failure, and how soon.</summary>
/// <param name="context">Its component.</param>
/// <param name="onError">What the user wishes, or null.</param>
public sealed class CoderRestarts(ComponentContext context, OnError? onError)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(250), Most = TimeSpan.FromSeconds(30), Proof = TimeSpan.FromSeconds(10);

    private TimeSpan _delay = Least;
    private long _started;
    private bool _troubled;

    /// <summary>A child is started.</summary>
    public void Started() => _started = context.Time.GetTimestamp();

    /// <summary>The child gives output.</summary>
    public void Works()
    {
        if (!_troubled)
            return;
        _troubled = false;
        context.Status.Ok();
    }

    /// <summary>Whether another child is to be started; returns when its time has come.</summary>
    /// <param name="failure">What ended the last one.</param>
    /// <param name="abort">Ends the wait.</param>
    public bool After(SegPipeException failure, CancellationToken abort)
    {
        if (!context.Live || onError == OnError.Fail || failure.Code is ExitCode.Unavailable or ExitCode.Configuration)
            return false;
        _delay = context.Time.GetElapsedTime(_started) >= Proof ? Least : _delay * 2 < Most ? _delay * 2 : Most;
        _troubled = true;
        context.Status.Trouble("coder_failed", ErrorPhase.Processing, failure.Message, _delay);
        context.Status.CountRestart();
        context.Log.LogWarning(new EventId(0, "coder_restarted"), failure, "{Component}: {Reason} Started again in {Delay:0.0} s.", context.Id, failure.Message, _delay.TotalSeconds);
        return Pause.Wait(context.Time, _delay, abort);
    }
}
