using SegPipe.Components;

namespace SegPipe.Runtime;

/// <summary>Runs a source until its input ends or it is asked to stop.</summary>
internal sealed class SourceRunner(Node node, RunState run, CancellationToken stop) : IAsyncDisposable
{
    private ISource? _source;

    public async Task OpenAsync()
    {
        _source = node.Create<ISource>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, run.Abort);
        var formats = await _source.OpenAsync(end.Token).ConfigureAwait(false);
        for (var i = 0; i < node.Outlets.Length; i++) node.Outlets[i].Mark(formats[i], formats[i]);
    }

    public Task RunAsync() => _source!.RunAsync(new Port(node), stop, run.Abort);

    public ValueTask DisposeAsync() => _source?.DisposeAsync() ?? default;
}
