using System.Diagnostics;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Graph;
using SegPipe.Processes;

namespace SegPipe.Runtime;

/// <summary>
/// A pipeline from definition to report. <see cref="OpenAsync"/> makes every component and settles every format; what it refuses
/// is what <c>validate --level probe</c> refuses. <see cref="RunAsync"/> runs it once. Streams are independent: the failure of one ends
/// it and no other, and streams with live sources open while the others run.
/// </summary>
public sealed class Pipeline : IAsyncDisposable
{
    private readonly PipelineServices _services;
    private readonly FramePool _pool;
    private readonly SharedResources _shared;
    private readonly ChildUsages _children = new();
    private readonly StreamSet _streams;
    private readonly PastStreams _past = new();
    private PipelineDefinition _definition;
    private long _started;
    private TimeSpan _startedCpu;

    /// <summary>Wires a definition that <see cref="PipelineDefinition"/>'s reader found no error in; opens nothing yet.</summary>
    public Pipeline(PipelineDefinition definition, PipelineServices services)
    {
        _services = services;
        _shared = services.Shared ?? new SharedResources();
        _definition = services.Reloadable ? definition with { Models = ModelRevision.Of(definition.Models) } : definition;
        _pool = new(MemoryBudget.Of(definition.Limits), services.TraceBuffers);
        _streams = new(definition.Streams.Select(s => Wire(s, _definition, 0)), EndAsync);
        services.Metrics?.Watch(this);
    }

    /// <summary>Name of the pipeline.</summary>
    public string Name => _definition.Name;

    /// <summary>The pool, for metrics.</summary>
    public FramePool Pool => _pool;

    /// <summary>What the components share.</summary>
    public SharedResources Shared => _shared;

    /// <summary>The component that <see cref="OpenAsync"/> is at or failed at, else null.</summary>
    public ComponentDefinition? Opening => _streams.Current.Select(s => s.Opening).FirstOrDefault(n => n is not null)?.Definition;

    /// <summary>The streams, to be looked at.</summary>
    public IReadOnlyList<StreamView> Streams => [.. _streams.Current.Select(s => s.View)];

    /// <summary>The edges of all streams.</summary>
    public IEnumerable<Edge> Edges => _streams.Current.SelectMany(s => s.Edges);

    /// <summary>What each opened stream can hold.</summary>
    public IReadOnlyList<MemoryPlan> Memory => [.. _streams.Current.Where(s => s.Opened).Select(s => s.PlanMemory())];

    /// <summary>The format of an output once opened.</summary>
    public Format FormatOf(string stream, string component, int output = 0) =>
        _streams.Current.First(s => s.Id == stream).Nodes.First(n => n.Id == component).Outlets[output].Format;

    /// <summary>Opens sources and sinks, negotiates formats, and refuses what cannot fit into the memory budget; leaves live streams for later.</summary>
    /// <exception cref="SegPipeException">Something is missing or does not fit.</exception>
    public async Task OpenAsync(CancellationToken abort)
    {
        await using var registration = abort.Register(_streams.Abort).ConfigureAwait(false);
        foreach (var stream in _streams.Current.Where(s => !s.Live)) await stream.OpenAsync().ConfigureAwait(false);
    }

    /// <summary>Runs to the end of the sources, or until asked to end.</summary>
    /// <param name="stop">Ends the sources; what is under way is finished.</param>
    /// <param name="abort">Ends everything now; nothing incomplete appears under a final name.</param>
    public async Task<RunReport> RunAsync(CancellationToken stop, CancellationToken abort)
    {
        ProvideThreads(_streams.Current);
        using (var self = Process.GetCurrentProcess()) _startedCpu = self.TotalProcessorTime;
        _started = _services.Time.GetTimestamp();
        await using (stop.Register(_streams.Stop).ConfigureAwait(false))
        await using (abort.Register(_streams.Abort).ConfigureAwait(false))
            await _streams.RunAsync().ConfigureAwait(false);
        return Report(_services.Time.GetElapsedTime(_started), stop.IsCancellationRequested, _streams.Current.Any(s => s.Aborted));
    }

    /// <summary>
    /// Finds out what another definition would change, and loads its models. A stream whose resolved definition and model files are
    /// equal goes on; a failed one is started again in any case.
    /// </summary>
    /// <exception cref="SegPipeException">78 if the definition differs in what needs a restart of the program; or a model cannot be used.</exception>
    public async Task<PipelineChange> PrepareAsync(PipelineDefinition next)
    {
        if (!_services.Reloadable) throw new InvalidOperationException("The pipeline was not made to be reloaded.");
        if (next.Name != _definition.Name) throw NeedsRestart("name");
        if (next.Http != _definition.Http) throw NeedsRestart("http");
        if (next.Limits != _definition.Limits) throw NeedsRestart("limits");
        if (next.Log.Format != _definition.Log.Format) throw NeedsRestart("log.format");
        next = next with { Models = ModelRevision.Of(next.Models) };
        List<string> kept = [];
        List<(StreamRun? Old, StreamRun? New)> exchanges = [];
        var current = _streams.Current;
        foreach (var stream in next.Streams)
        {
            var old = current.Find(s => s.Id == stream.Id);
            if (old is { Phase: not StreamPhase.Failed } && StreamFingerprint.Of(stream, next.Models) == old.Fingerprint) kept.Add(stream.Id);
            else exchanges.Add((old, Wire(stream, next, _past.Runs(stream.Id) + (old is null ? 0 : 1))));
        }
        exchanges.AddRange(current.Where(o => next.Streams.All(s => s.Id != o.Id)).Select(o => ((StreamRun?)o, (StreamRun?)null)));
        var change = new PipelineChange(kept, exchanges, (change, patience) => ApplyAsync(change, next, patience), EndAsync);
        try
        {
            foreach (var (_, stream) in exchanges) stream?.Preload();
            return change;
        }
        catch (SegPipeException)
        {
            await change.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Where the run stands; may be asked at any time.</summary>
    public RunSnapshot Snapshot() => new(
        [.. _streams.Current.Select(RunReporter.Snapshot)],
        _started == 0 ? TimeSpan.Zero : _services.Time.GetElapsedTime(_started));

    /// <summary>Gives back what the run still holds.</summary>
    public async ValueTask DisposeAsync()
    {
        _streams.Abort();
        foreach (var stream in _streams.Current) await stream.DisposeAsync().ConfigureAwait(false);
        if (_services.Shared is null) await _shared.DisposeAsync().ConfigureAwait(false);
        _pool.Dispose();
        foreach (var stream in _streams.Current) stream.State.Dispose();
    }

    private static string Bytes(long bytes) => bytes < 1 << 20 ? $"{bytes / 1024.0:0.#} KiB" : $"{bytes / 1048576.0:0.#} MiB";

    private static SegPipeException NeedsRestart(string entry) =>
        new(ExitCode.Configuration, $"`{entry}` has changed, which needs a restart of the program.", "Restart it, or put the entry back.");

    private static void ProvideThreads(IEnumerable<StreamRun> streams)
    {
        var nodes = streams.Sum(s => s.Nodes.Count());
        ThreadPool.GetMinThreads(out var workers, out var ports);
        // Every component may block a thread of its own; the pool's slow growth would let them take turns.
        if (workers < nodes + Environment.ProcessorCount) ThreadPool.SetMinThreads(nodes + Environment.ProcessorCount, ports);
    }

    private async Task<bool> ApplyAsync(PipelineChange change, PipelineDefinition next, TimeSpan patience)
    {
        ProvideThreads(_streams.Current.Concat(change.Exchanges.Select(e => e.New).OfType<StreamRun>()));
        if (!await _streams.ExchangeAsync(change.Exchanges, patience, _services.Time).ConfigureAwait(false)) return false;
        _definition = next;
        return true;
    }

    /// <summary>Keeps of a stream what the report needs, and gives back what it held.</summary>
    private async ValueTask EndAsync(StreamRun stream)
    {
        if (stream.Phase != StreamPhase.Starting) _past.Add(stream, _services.Time);
        await stream.DisposeAsync().ConfigureAwait(false);
        await stream.Shared.DisposeAsync().ConfigureAwait(false);
        stream.State.Dispose();
    }

    private void RequireFit()
    {
        var needed = Memory.Sum(m => m.Bytes);
        if (needed <= _pool.LimitBytes) return;
        var largest = Memory.SelectMany(m => m.Edges).MaxBy(e => e.Bytes)!;
        throw new SegPipeException(
            ExitCode.Configuration,
            $"The graph can hold {Bytes(needed)} of frames, limits.memory allows {Bytes(_pool.LimitBytes)}; the most is between '{largest.From}' and '{largest.To}' ({Bytes(largest.Bytes)}).",
            "Raise limits.memory, or lower the capacity of that edge or the number of workers.");
    }

    private RunReport Report(TimeSpan elapsed, bool stopped, bool aborted)
    {
        var first = _streams.Current.FirstOrDefault(s => s.State.Failure is not null)?.State;
        var failure = first?.Failure;
        List<string> unbalanced = [.. _past.Unbalanced, .. _streams.Current.SelectMany(s => Ledger.Check(s, complete: s.State.Failure is null && !s.State.Abort.IsCancellationRequested))];
        if (_pool.OutstandingBuffers > 0)
            unbalanced.Add($"{_pool.OutstandingBuffers} buffers were not given back: {string.Join("; ", _pool.Leaks.Take(3))}");
        var code = failure switch
        {
            null when unbalanced.Count > 0 => ExitCode.Internal,
            null => aborted ? ExitCode.Interrupted : ExitCode.Done,
            SegPipeException known => known.Code,
            _ => ExitCode.Internal,
        };
        using var self = Process.GetCurrentProcess();
        return new(
            Name,
            failure is not null || unbalanced.Count > 0 ? "failed" : aborted ? "aborted" : stopped ? "stopped" : "done",
            code,
            failure?.Message ?? unbalanced.FirstOrDefault(),
            (failure as SegPipeException)?.Advice,
            first?.FailedComponent,
            Math.Round(elapsed.TotalSeconds, 3),
            _pool.PeakBytes,
            _pool.LimitBytes,
            Math.Round((self.TotalProcessorTime - _startedCpu).TotalSeconds, 3),
            self.PeakWorkingSet64,
            [.. _children.Snapshot()
                .Select(c => new ChildReport(c.Component, c.Role, Math.Round(c.Usage.CpuSeconds, 3), c.Usage.PeakResidentBytes))],
            [.. _past.Reports, .. _streams.Current.Select(s => RunReporter.Report(s, elapsed, _services.Time))],
            unbalanced)
        {
            Failure = failure,
        };
    }

    private StreamRun Wire(StreamDefinition stream, PipelineDefinition definition, int restarts)
    {
        var shared = _shared.Lease();
        var run = new StreamRun(new(stream), shared, component => Context(stream, component, definition, shared, restarts), _pool, new(_services.Time) { HasNeighbours = definition.Streams.Count > 1 }, RequireFit)
        {
            Fingerprint = _services.Reloadable ? StreamFingerprint.Of(stream, definition.Models) : "",
        };
        _services.Metrics?.Watch(Name, run);
        if (_services.Previews) FrameTap.Attach(run, _services.Time);
        return run;
    }

    private ComponentContext Context(StreamDefinition stream, ComponentDefinition component, PipelineDefinition definition, SharedResources shared, int restarts) => new()
    {
        Id = component.Id,
        Stream = stream.Id,
        Time = _services.Time,
        Log = new ComponentLog(_services.Log, definition.Streams.Count > 1 ? stream.Id : null, component.Id),
        Models = definition.Models,
        Limits = definition.Limits,
        Shared = shared,
        Children = _children,
        Part = _services.Part,
        Status = new(_services.Time),
        Restarts = restarts,
        OutputRoot = definition.OutputRoot,
    };
}
