namespace SegPipe.Components;

/// <summary>
/// A component that uses something large which the streams of a run share, such as a network. A reload loads it ahead, so that a stream
/// that starts anew is away for a moment only, and a model that cannot be used is found while the old stream still runs.
/// </summary>
public interface IPreloadable
{
    /// <summary>Loads it into the shared resources.</summary>
    /// <exception cref="SegPipeException">It cannot be used.</exception>
    void Preload();
}
