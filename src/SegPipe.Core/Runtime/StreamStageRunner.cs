using SegPipe.Components;

namespace SegPipe.Runtime;

/// <summary>Runs a stage that has a life of its own over time.</summary>
internal sealed class StreamStageRunner(Node node, RunState run) : IAsyncDisposable
{
    private IStreamStage? _stage;

    public void Negotiate()
    {
        _stage = node.Create<IStreamStage>();
        var input = node.Upstream[0].Format;
        var raw = _stage.Negotiate(input);
        node.Outlets[0].Mark(raw, raw, input);
    }

    public async Task RunAsync()
    {
        var port = new Port(node);
        try
        {
            await _stage!.RunAsync(port, run.Abort).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // Failed before the rest is taken, so that no sink mistakes the end of its edge for the end of the stream.
            run.Fail(node, failure);
        }
        await port.AbandonAsync().ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _stage?.DisposeAsync() ?? default;
}
