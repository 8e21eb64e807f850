using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Metrics;

namespace SegPipe.Runtime;

/// <summary>What the runners of a pipeline share: the clock, the first failure, and the abort that it brings.</summary>
internal sealed class RunState(TimeProvider time, ILogger log) : IDisposable
{
    private readonly CancellationTokenSource _abort = new();
    private readonly Lock _gate = new();

    public TimeProvider Time { get; } = time;

    public ILogger Log { get; } = log;

    public CancellationToken Abort => _abort.Token;

    public Exception? Failure { get; private set; }

    public string? FailedComponent { get; private set; }

    /// <summary>Ends the run: the first failure is the one that is reported.</summary>
    public void Fail(string component, Exception failure)
    {
        lock (_gate)
        {
            if (Failure is null && !(failure is OperationCanceledException && _abort.IsCancellationRequested))
                (Failure, FailedComponent) = (failure, component);
        }
        Cancel();
    }

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

    /// <summary>Counts a frame that a component failed on, and ends the run where its policy says so.</summary>
    public void FailFrame(Node node, int input, long sequence, Exception failure)
    {
        node.Counters.Fail(input);
        CountError(node, failure);
        if (node.OnError == OnError.Fail) Fail(node.Id, failure);
        else if (node.Counters.Failed(input) == 1) Log.LogWarning("{Component}: frame {Sequence} was dropped: {Reason}", node.Id, sequence, failure.Message);
    }

    /// <summary>Fails a component as a whole.</summary>
    public void Fail(Node node, Exception failure)
    {
        CountError(node, failure);
        Fail(node.Id, failure);
    }

    public void Dispose() => _abort.Dispose();

    private void CountError(Node node, Exception failure)
    {
        if (failure is not OperationCanceledException) node.Context.Status.CountError(ErrorTypes.Of(failure), ErrorTypes.PhaseOf(node.Definition.Descriptor.Kind));
    }
}
