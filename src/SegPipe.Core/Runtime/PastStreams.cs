namespace SegPipe.Runtime;

/// <summary>Streams that a reload took out, as far as the report needs them; of a run of weeks only the last ones are told singly.</summary>
internal sealed class PastStreams
{
    private const int MostReports = 32;

    private readonly Lock _gate = new();
    private readonly Queue<StreamReport> _reports = new();
    private readonly List<string> _unbalanced = [];
    private readonly Dictionary<string, int> _runs = [];

    /// <summary>The last ones.</summary>
    public IReadOnlyList<StreamReport> Reports
    {
        get
        {
            lock (_gate) return [.. _reports];
        }
    }

    /// <summary>Equations of their ledgers that did not hold.</summary>
    public IReadOnlyList<string> Unbalanced
    {
        get
        {
            lock (_gate) return [.. _unbalanced];
        }
    }

    /// <summary>How often a stream of this name was taken out.</summary>
    public int Runs(string stream)
    {
        lock (_gate) return _runs.GetValueOrDefault(stream);
    }

    /// <summary>Keeps what a stream did.</summary>
    public void Add(StreamRun stream, TimeProvider time)
    {
        var complete = stream.State is { Failure: null, Abort.IsCancellationRequested: false };
        lock (_gate)
        {
            _runs[stream.Id] = _runs.GetValueOrDefault(stream.Id) + 1;
            _reports.Enqueue(RunReporter.Report(stream, stream.Elapsed, time));
            if (_reports.Count > MostReports) _reports.Dequeue();
            if (_unbalanced.Count < MostReports) _unbalanced.AddRange(Ledger.Check(stream, complete));
        }
    }
}
