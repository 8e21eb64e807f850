namespace SegPipe.Runtime;

/// <summary>
/// What a new definition would do to the streams of a running pipeline; its models are loaded. Nothing has changed before
/// <see cref="ApplyAsync"/>; disposed without it, nothing ever does.
/// </summary>
public sealed class PipelineChange : IAsyncDisposable
{
    private readonly Func<PipelineChange, TimeSpan, Task<bool>> _apply;
    private readonly Func<StreamRun, ValueTask> _discard;
    private bool _applied;

    internal PipelineChange(
        IReadOnlyList<string> kept, IReadOnlyList<(StreamRun? Old, StreamRun? New)> exchanges, Func<PipelineChange, TimeSpan, Task<bool>> apply, Func<StreamRun, ValueTask> discard) =>
        (Kept, Exchanges, _apply, _discard) = (kept, exchanges, apply, discard);

    /// <summary>Streams that go on as they are.</summary>
    public IReadOnlyList<string> Kept { get; }

    /// <summary>Streams that drain and start again.</summary>
    public IReadOnlyList<string> Restarted => [.. Exchanges.Where(e => e is { Old: not null, New: not null }).Select(e => e.New!.Id)];

    /// <summary>Streams that are new.</summary>
    public IReadOnlyList<string> Started => [.. Exchanges.Where(e => e.Old is null).Select(e => e.New!.Id)];

    /// <summary>Streams that drain and are gone.</summary>
    public IReadOnlyList<string> Stopped => [.. Exchanges.Where(e => e.New is null).Select(e => e.Old!.Id)];

    internal IReadOnlyList<(StreamRun? Old, StreamRun? New)> Exchanges { get; }

    /// <summary>Lets the changed streams drain, finalises what they wrote, and starts the new ones.</summary>
    /// <param name="patience">How long a stream may drain before it is cut off.</param>
    /// <returns>False, and nothing has changed, if the run is over or was asked to end.</returns>
    public async Task<bool> ApplyAsync(TimeSpan patience) => _applied = await _apply(this, patience).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_applied) return;
        foreach (var stream in Exchanges.Select(e => e.New).OfType<StreamRun>()) await _discard(stream).ConfigureAwait(false);
    }
}
