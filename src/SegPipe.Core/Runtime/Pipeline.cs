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
    private readonly PipelineDefinition _definition;
    private readonly PipelineServices _services;
    private readonly FramePool _pool;
    private readonly SharedResources _shared = new();
    private readonly List<StreamRun> _streams;
    private long _started;
    private TimeSpan _startedCpu;

    /// <summary>Wires a definition that <see cref="PipelineDefinition"/>'s reader found no error in; opens nothing yet.</summary>
    public Pipeline(PipelineDefinition definition, PipelineServices services)
    {
        (_definition, _services) = (definition, services);
        _pool = new(MemoryBudget.Of(definition.Limits), services.TraceBuffers);
        _streams = [.. definition.Streams.Select(Wire)];
        services.Metrics?.Watch(this);
    }

    /// <summary>Name of the pipeline.</summary>
    public string Name => _definition.Name;

    /// <summary>The pool, for metrics.</summary>
    public FramePool Pool => _pool;

    /// <summary>What the components share.</summary>
    public SharedResources Shared => _shared;

    /// <summary>The component that <see cref="OpenAsync"/> is at or failed at, else null.</summary>
    public ComponentDefinition? Opening => _streams.Select(s => s.Opening).FirstOrDefault(n => n is not null)?.Definition;

    /// <summary>The streams, to be looked at.</summary>
    public IReadOnlyList<StreamView> Streams => [.. _streams.Select(s => s.View)];

    /// <summary>The edges of all streams.</summary>
    public IEnumerable<Edge> Edges => _streams.SelectMany(s => s.Edges);

    /// <summary>What each opened stream can hold.</summary>
    public IReadOnlyList<MemoryPlan> Memory => [.. _streams.Where(s => s.Opened).Select(s => s.PlanMemory())];

    /// <summary>The format of an output once opened.</summary>
    public Format FormatOf(string stream, string component, int output = 0) =>
        _streams.First(s => s.Id == stream).Nodes.First(n => n.Id == component).Outlets[output].Format;

    /// <summary>Opens sources and sinks, negotiates formats, and refuses what cannot fit into the memory budget; leaves live streams for later.</summary>
    /// <exception cref="SegPipeException">Something is missing or does not fit.</exception>
    public async Task OpenAsync(CancellationToken abort)
    {
        await using var registration = abort.Register(Abort).ConfigureAwait(false);
        foreach (var stream in _streams.Where(s => !s.Live)) await stream.OpenAsync().ConfigureAwait(false);
    }

    /// <summary>Runs to the end of the sources, or until asked to end.</summary>
    /// <param name="stop">Ends the sources; what is under way is finished.</param>
    /// <param name="abort">Ends everything now; nothing appears under a final name.</param>
    public async Task<RunReport> RunAsync(CancellationToken stop, CancellationToken abort)
    {
        var nodes = _streams.Sum(s => s.Nodes.Count());
        ThreadPool.GetMinThreads(out var workers, out var ports);
        // Every component may block a thread of its own; the pool's slow growth would let them take turns.
        if (workers < nodes + Environment.ProcessorCount) ThreadPool.SetMinThreads(nodes + Environment.ProcessorCount, ports);

        using (var self = Process.GetCurrentProcess()) _startedCpu = self.TotalProcessorTime;
        _started = _services.Time.GetTimestamp();
        await using (stop.Register(Stop).ConfigureAwait(false))
        await using (abort.Register(Abort).ConfigureAwait(false))
            await Task.WhenAll(_streams.Select(s => s.RunAsync())).ConfigureAwait(false);
        return Report(_services.Time.GetElapsedTime(_started), stop.IsCancellationRequested, abort.IsCancellationRequested);
    }

    /// <summary>Where the run stands; may be asked at any time.</summary>
    public RunSnapshot Snapshot() => new(
        [.. _streams.Select(RunReporter.Snapshot)],
        _started == 0 ? TimeSpan.Zero : _services.Time.GetElapsedTime(_started));

    /// <summary>Gives back what the run still holds.</summary>
    public async ValueTask DisposeAsync()
    {
        Abort();
        foreach (var stream in _streams) await stream.DisposeAsync().ConfigureAwait(false);
        await _shared.DisposeAsync().ConfigureAwait(false);
        _pool.Dispose();
        foreach (var stream in _streams) stream.State.Dispose();
    }

    private static string Bytes(long bytes) => bytes < 1 << 20 ? $"{bytes / 1024.0:0.#} KiB" : $"{bytes / 1048576.0:0.#} MiB";

    private void Stop()
    {
        foreach (var stream in _streams) stream.Stop();
    }

    private void Abort()
    {
        foreach (var stream in _streams) stream.State.Cancel();
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
        var first = _streams.FirstOrDefault(s => s.State.Failure is not null)?.State;
        var failure = first?.Failure;
        List<string> unbalanced = [.. _streams.SelectMany(s => Ledger.Check(s, complete: s.State.Failure is null && !aborted))];
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
            [.. _shared.GetOrAdd("children", () => new ChildUsages()).Snapshot()
                .Select(c => new ChildReport(c.Component, c.Role, Math.Round(c.Usage.CpuSeconds, 3), c.Usage.PeakResidentBytes))],
            [.. _streams.Select(s => RunReporter.Report(s, elapsed, _services.Time))],
            unbalanced)
        {
            Failure = failure,
        };
    }

    private StreamRun Wire(StreamDefinition stream)
    {
        var run = new StreamRun(new(stream), c => Context(stream, c), _pool, new(_services.Time, _services.Log), RequireFit);
        _services.Metrics?.Watch(Name, run);
        return run;
    }

    private ComponentContext Context(StreamDefinition stream, ComponentDefinition component) => new()
    {
        Id = component.Id,
        Stream = stream.Id,
        Time = _services.Time,
        Log = _services.Log,
        Models = _definition.Models,
        Limits = _definition.Limits,
        Shared = _shared,
        Status = new(_services.Time),
        OutputRoot = _definition.OutputRoot,
    };
}
