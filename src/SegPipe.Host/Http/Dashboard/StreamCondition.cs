using SegPipe.Components;
using SegPipe.Runtime;

namespace SegPipe.Host.Http.Dashboard;

/// <summary>How a stream is, in one word.</summary>
internal enum StreamWord
{
    /// <summary>Its components are being opened.</summary>
    Starting,

    /// <summary>Its camera is called for the first time.</summary>
    Connecting,

    /// <summary>Frames come from a camera.</summary>
    Connected,

    /// <summary>Frames come from files.</summary>
    Running,

    /// <summary>The connection stands, but nothing comes.</summary>
    Stalled,

    /// <summary>The camera is gone and will be called again.</summary>
    Reconnecting,

    /// <summary>Frames come, but an output does not take them.</summary>
    Degraded,

    /// <summary>Asked to end.</summary>
    Stopping,

    /// <summary>At its end.</summary>
    Ended,

    /// <summary>Ended by a failure.</summary>
    Failed,
}

/// <summary>How a stream is.</summary>
/// <param name="Word">In one word.</param>
/// <param name="Component">The component that this is about, or null.</param>
/// <param name="Detail">A clause for people, or null.</param>
/// <param name="RetryAt">When it tries again, or null.</param>
/// <param name="Since">Since when it is so.</param>
internal sealed record StreamCondition(StreamWord Word, string? Component, string? Detail, DateTimeOffset? RetryAt, DateTimeOffset Since)
{
    private const string Stalled = "stalled";

    public static StreamCondition Of(StreamView stream) => stream.Phase switch
    {
        StreamPhase.Failed => new(StreamWord.Failed, null, stream.Failure?.Message, null, stream.Since),
        StreamPhase.Stopped => new(StreamWord.Ended, null, null, null, stream.Since),
        StreamPhase.Stopping => new(StreamWord.Stopping, null, null, null, stream.Since),
        var phase => OfComponents(stream, phase),
    };

    private static StreamCondition OfComponents(StreamView stream, StreamPhase phase)
    {
        // Sources come first: a camera that is gone matters more than an output that nobody takes.
        foreach (var component in stream.Components)
        {
            if (component.Condition is not { State: ComponentState.RecoverableError } trouble) continue;
            var word = component.Kind != ComponentKind.Source ? StreamWord.Degraded : trouble.ErrorType == Stalled ? StreamWord.Stalled : StreamWord.Reconnecting;
            return new(word, component.Id, trouble.Detail, trouble.RetryAt, trouble.Since);
        }
        if (phase == StreamPhase.Starting) return new(stream.Live ? StreamWord.Connecting : StreamWord.Starting, null, null, null, stream.Since);
        var source = stream.Components[0];
        return new(stream.Live ? StreamWord.Connected : StreamWord.Running, source.Id, source.Condition.Detail, null, source.Condition.Since);
    }
}
