using SegPipe.Frames;

namespace SegPipe.Components;

/// <summary>Where frames come from.</summary>
public interface ISource : IAsyncDisposable
{
    /// <summary>Opens the input far enough to know the format of each output, in the order of the <see cref="OutputAttribute"/>s.</summary>
    /// <exception cref="SegPipeException">The input is missing or cannot be used.</exception>
    Task<IReadOnlyList<Format>> OpenAsync(CancellationToken abort);

    /// <summary>Emits until the input ends or <paramref name="stop"/> asks for the end, at which it returns without error.</summary>
    Task RunAsync(OutputPort port, CancellationToken stop, CancellationToken abort);
}

/// <summary>Where frames go.</summary>
public interface ISink : IAsyncDisposable
{
    /// <summary>Called before the first frame and at every new format.</summary>
    /// <exception cref="SegPipeException">The output cannot be made, or not of this format.</exception>
    Task OpenAsync(Format format, CancellationToken abort);

    /// <summary>Writes a frame that is borrowed for the call.</summary>
    ValueTask WriteAsync(Frame frame, CancellationToken abort);

    /// <summary>Finishes, verifies and renames into place; without it, disposal leaves nothing under the final name.</summary>
    Task CompleteAsync(CancellationToken abort);
}
