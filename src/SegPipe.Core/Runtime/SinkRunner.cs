using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Parts;

namespace SegPipe.Runtime;

/// <summary>Runs a sink, and measures the age of each frame when it was written.</summary>
internal sealed class SinkRunner(Node node, RunState run) : IAsyncDisposable
{
    private ISink? _sink;
    private Format? _current;

    public async Task OpenAsync()
    {
        _sink = node.Create<ISink>();
        _current = node.Upstream[0].Format;
        await _sink.OpenAsync(_current, run.Abort).ConfigureAwait(false);
    }

    public async Task RunAsync()
    {
        while (true)
        {
            var arrival = node.Inputs[0].TryTake();
            if (arrival.Kind == ArrivalKind.End) break;
            if (arrival.Kind == ArrivalKind.None) await node.Arrived.WaitAsync().ConfigureAwait(false);
            if (arrival.Kind != ArrivalKind.Frame) continue;
            var frame = arrival.Frame;
            node.Counters.Take(0);
            try
            {
                run.Abort.ThrowIfCancellationRequested();
                if (!ReferenceEquals(frame.Format, _current))
                {
                    await _sink!.OpenAsync(frame.Format, run.Abort).ConfigureAwait(false);
                    _current = frame.Format;
                }
                if (node.Context.Part is { } part && !part.Owns(frame.Header.Pts))
                {
                    (_sink as IRemembers)?.Remember(frame);
                    node.Counters.AddNotShown(1);
                    node.Counters.Process(0);
                    frame.Dispose();
                    continue;
                }
                var start = run.Time.GetTimestamp();
                await _sink!.WriteAsync(frame, run.Abort).ConfigureAwait(false);
                var end = run.Time.GetTimestamp();
                node.Counters.AddBusy(end - start);
                node.Counters.Processing.Add(run.Time.GetElapsedTime(start, end));
                node.Counters.Age.Add(run.Time.GetElapsedTime(frame.Header.Captured, end));
                node.Counters.Stamp(run.Time.GetUtcNow());
                node.Counters.Process(0);
                node.Counters.Part?.Note(frame.Header);
            }
            catch (OperationCanceledException) when (run.Abort.IsCancellationRequested)
            {
                node.Counters.Abandon(0);
            }
            catch (Exception failure)
            {
                run.FailFrame(node, 0, frame.Header.Sequence, failure);
            }
            frame.Dispose();
        }
        if (run.Abort.IsCancellationRequested) return;
        await _sink!.CompleteAsync(run.Abort).ConfigureAwait(false);
        run.FinishSink();
    }

    public ValueTask DisposeAsync() => _sink?.DisposeAsync() ?? default;
}
