using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Metrics;

namespace SegPipe.Runtime;

/// <summary>What the runners of a pipeline share: the clock, the first failure, and the abort that it brings.</summary>
internal sealed class RunState(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _abort = new();
    private readonly Lock _gate = new();
    private int _finishedSinks;

    public TimeProvider Time { get; } = time;

    /// <summary>Whether other streams go on after a failure, which then is said at once; else the end of the run says it.</summary>
    public bool HasNeighbours { get; init; }

    public CancellationToken Abort => _abort.Token;

    public Exception? Failure { get; private set; }

    public string? FailedComponent { get; private set; }

    /// <summary>Sinks that finished their output: an abort behind that comes too late.</summary>
    public int FinishedSinks => Volatile.Read(ref _finishedSinks);

    public void Cancel()
    {
        try
        {
            _abort.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run ended in the same moment.
        }
    }

    /// <summary>Counts a sink that finished its output.</summary>
    public void FinishSink() => Interlocked.Increment(ref _finishedSinks);

    /// <summary>Counts a frame that a component failed on, and ends the run where its policy says so.</summary>
    public void FailFrame(Node node, int input, long sequence, Exception failure)
    {
        node.Counters.Fail(input);
        CountError(node, failure);
        if (node.OnError == OnError.Fail) End(node, failure);
        else if (node.Counters.Failed(input) == 1) node.Context.Log.LogWarning(new EventId(0, "frame_failed"), failure, "{Component}: frame {Sequence} was dropped: {Reason}", node.Id, sequence, failure.Message);
    }

    /// <summary>Fails a component as a whole.</summary>
    public void Fail(Node node, Exception failure)
    {
        CountError(node, failure);
        End(node, failure);
    }

    public void Dispose() => _abort.Dispose();

    /// <summary>Ends the run: the first failure is the one that is reported.</summary>
    private void End(Node node, Exception failure)
    {
        var first = false;
        lock (_gate)
        {
            if (Failure is null && !(failure is OperationCanceledException && _abort.IsCancellationRequested))
                (Failure, FailedComponent, first) = (failure, node.Id, true);
        }
        Cancel();
        if (first && HasNeighbours)
            node.Context.Log.LogError(new EventId(0, "stream_failed"), failure, "{Component}: {Reason} {Advice} This stream ends, the others go on.", node.Id, failure.Message, (failure as SegPipeException)?.Advice);
    }

    private void CountError(Node node, Exception failure)
    {
        if (failure is not OperationCanceledException) node.Context.Status.CountError(ErrorTypes.Of(failure), ErrorTypes.PhaseOf(node.Definition.Descriptor.Kind));
    }
}
