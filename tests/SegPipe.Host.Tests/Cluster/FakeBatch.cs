using System.Collections.Concurrent;

namespace SegPipe.Host.Cluster;

/// <summary>A batch whose segments are numbers: committed once, counted, and failing as a test wants.</summary>
internal sealed class FakeBatch : IBatchWork, IBatchFinder
{
    private readonly ConcurrentDictionary<(string Job, int Index), string> _results = [];
    private readonly ConcurrentDictionary<string, bool> _planned = [], _done = [];
    private readonly ConcurrentDictionary<string, int> _lost = [];
    private readonly ConcurrentDictionary<(string, int), bool> _claims = [];

    public FakeBatch(string folder) => Folder = folder;

    public string Folder { get; }

    public long Moved => 0;

    public string Uri => new Uri(Folder).AbsoluteUri;

    public int Segments { get; init; } = 4;

    /// <summary>The jobs that the batch has.</summary>
    public IReadOnlyList<string> Names { get; init; } = ["drive"];

    /// <summary>What making a segment does before it is committed.</summary>
    public Func<SegmentMessage, CancellationToken, Task> Make { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Whether what cannot be made is left out.</summary>
    public bool Gaps { get; set; }

    /// <summary>Why nothing can be written down, or null.</summary>
    public SegPipeException? Unwritable { get; set; }

    /// <summary>What joining does before it is done.</summary>
    public Func<CancellationToken, Task> Join { get; set; } = _ => Task.CompletedTask;

    /// <summary>What a segment comes out as.</summary>
    public Func<SegmentMessage, string> Result { get; set; } = m => $"{m.Seg}";

    public ConcurrentQueue<(string Job, int Index, int Attempt)> Runs { get; } = [];

    public ConcurrentDictionary<string, SegPipeException> Failures { get; } = [];

    public int Joins { get; private set; }

    public bool IsDone(string job = "drive") => _done.ContainsKey(job);

    public JobMessage Job(string name = "drive") => new() { JobId = name, BatchUri = Uri, Class = "cpu" };

    public void Forget(string job, int index) => _results.TryRemove((job, index), out _);

    public Task<JobView> PlanAsync(string batch, string job, CancellationToken cancel)
    {
        _planned[job] = true;
        return Task.FromResult(View(job));
    }

    public Task<JobView?> LookAsync(string batch, string job, CancellationToken cancel) => Task.FromResult(_planned.ContainsKey(job) ? View(job) : null);

    public async Task<SegmentEnd> RunAsync(string batch, SegmentMessage segment, string worker, Action<Func<long>> watch, CancellationToken cancel)
    {
        var key = (segment.JobId, segment.Seg);
        if (_results.ContainsKey(key)) return SegmentEnd.Found;
        Runs.Enqueue((segment.JobId, segment.Seg, segment.Attempt));
        watch(() => 0);
        await Make(segment, cancel);
        cancel.ThrowIfCancellationRequested();
        var result = Result(segment);
        return _results.TryAdd(key, result) ? SegmentEnd.Committed : _results[key] == result ? SegmentEnd.Beaten : SegmentEnd.Differs;
    }

    public async Task<IReadOnlyList<int>> AssembleAsync(string batch, string job, CancellationToken cancel)
    {
        var missing = View(job).Missing;
        if (missing.Count > 0) return missing;
        await Join(cancel);
        Joins++;
        _done[job] = true;
        return missing;
    }

    public Task GiveUpAsync(string batch, string job, SegPipeException failure, int? segment, CancellationToken cancel)
    {
        if (Unwritable is { } full) throw full;
        Failures[job] = failure;
        if (Gaps && segment is { } index) _results[(job, index)] = "left out";
        return Task.CompletedTask;
    }

    public IDisposable Claim(string batch, string job, int part, string worker)
    {
        _claims[(job, part)] = true;
        return new Claimed(() => _claims.TryRemove((job, part), out _));
    }

    public IAsyncEnumerable<FoundJob> JobsAsync(CancellationToken cancel) => Names.Select(n => new FoundJob(Folder, Uri, n, "cpu", false, Failures.ContainsKey(n))).ToAsyncEnumerable();

    public Task<IReadOnlySet<int>> ClaimedAsync(string batch, string job, CancellationToken cancel) => Task.FromResult<IReadOnlySet<int>>(_claims.Keys.Where(c => c.Item1 == job).Select(c => c.Item2).ToHashSet());

    public Task<int> LoseAsync(string batch, string job, IReadOnlyList<int> parts, CancellationToken cancel) => Task.FromResult(_lost.AddOrUpdate(job, 1, (_, n) => n + 1));

    private JobView View(string job) =>
        new(new('a', 64), new('b', 64), Segments, [.. Enumerable.Range(0, Segments).Where(i => !_results.ContainsKey((job, i)))], IsDone(job));

    private sealed class Claimed(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
