using Microsoft.Extensions.Logging;
using SegPipe.Components;

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
        if (node.OnError == OnError.Fail) Fail(node.Id, failure);
        else if (node.Counters.Failed(input) == 1) Log.LogWarning("{Component}: frame {Sequence} was dropped: {Reason}", node.Id, sequence, failure.Message);
    }

    public void Dispose() => _abort.Dispose();
}
