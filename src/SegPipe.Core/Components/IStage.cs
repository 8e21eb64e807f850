using SegPipe.Frames;

namespace SegPipe.Components;

/// <summary>
/// A pure stage, the normal case: one frame in, one out, nothing kept. The runtime may run several copies of it side by side;
/// each copy negotiates for itself.
/// </summary>
public interface IStage
{
    /// <summary>
    /// Called before the first frame and at every new format: makes the tables that <see cref="Process"/> needs and says what comes
    /// out. Rate, count, origin, name and picture sizes are the runtime's to carry over.
    /// </summary>
    /// <exception cref="SegPipeException">The input's format cannot be used.</exception>
    Format Negotiate(Format input);

    /// <summary>Fills <paramref name="output"/> from <paramref name="input"/>; both are borrowed for the call.</summary>
    void Process(Frame input, WritableFrame output);
}

/// <summary>A pure stage with several inputs of one number, in the order of its <see cref="InputAttribute"/>s.</summary>
public interface ICombine
{
    /// <summary>What happens to a frame of the first input that finds no partner.</summary>
    WhenMissing WhenMissing { get; }

    /// <summary>Called before the first frame and at every new format of any input.</summary>
    /// <exception cref="SegPipeException">The inputs' formats do not fit together.</exception>
    Format Negotiate(IReadOnlyList<Format> inputs);

    /// <summary>Fills <paramref name="output"/>; an input that is missing is <see cref="Frame.IsEmpty"/> (never the first).</summary>
    void Process(ReadOnlySpan<Frame> inputs, WritableFrame output);
}

/// <summary>What a combine does with a frame of its first input while a partner is missing.</summary>
public enum WhenMissing
{
    /// <summary>Waits for the partner; where it never comes, the frame is dropped as unmatched.</summary>
    Wait,

    /// <summary>Goes on at once with the newest partner that has come, whatever its number.</summary>
    Hold,

    /// <summary>Waits for the partner; where it never comes, goes on without.</summary>
    Pass,
}

/// <summary>A stage with a life of its own over time: frames in, frames out, not one to one. Used where nothing simpler does.</summary>
public interface IStreamStage : IAsyncDisposable
{
    /// <summary>Called before the first frame: what comes out.</summary>
    /// <exception cref="SegPipeException">The input's format cannot be used.</exception>
    Format Negotiate(Format input);

    /// <summary>Takes frames from <paramref name="port"/> until it ends, and emits; returns when everything is out.</summary>
    Task RunAsync(StreamPort port, CancellationToken abort);
}
