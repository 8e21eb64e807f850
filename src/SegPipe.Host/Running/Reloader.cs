using SegPipe.Configuration;
using SegPipe.Host.Logging;
using SegPipe.Runtime;

namespace SegPipe.Host.Running;

/// <summary>Reads the configuration again while its pipelines run, and takes over what can be taken over, all of it or nothing.</summary>
/// <param name="console">Where the person is told.</param>
/// <param name="board">What runs.</param>
/// <param name="read">Reads the files again, in the order of the board; null where the pipelines do not come from files.</param>
/// <param name="patience">How long a stream may drain.</param>
internal sealed class Reloader(HostConsole console, RunBoard board, Func<IReadOnlyList<PipelineReadResult>>? read, TimeSpan patience) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1);
    private Task<ReloadResult>? _waiting;
    private volatile ReloadResult _last = new(0, ReloadOutcome.Started, console.Time.GetUtcNow(), []);
    private volatile Task _newest = Task.CompletedTask;
    private DateTimeOffset _takenOver = console.Time.GetUtcNow();

    /// <summary>The last one that is over.</summary>
    public ReloadResult Last => _last;

    /// <summary>Whether one is going on.</summary>
    public bool Busy => !_newest.IsCompleted;

    /// <summary>When a configuration was taken over last.</summary>
    public DateTimeOffset TakenOver => _takenOver;

    /// <summary>Called with pipeline and stream when a stream is gone for good.</summary>
    public Action<string, string>? Gone { get; set; }

    /// <summary>Reads and takes over; while another reload goes on, waits for its end first. However many ask meanwhile, the files are read once for all of them.</summary>
    public Task<ReloadResult> ReloadAsync()
    {
        lock (_gate)
        {
            if (_waiting is { } waiting) return waiting;
            var work = Task.Run(InTurnAsync);
            _newest = _waiting = work;
            return work;
        }
    }

    /// <summary>Waits until no reload goes on.</summary>
    public Task IdleAsync() => _newest;

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<ReloadResult> InTurnAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        lock (_gate) _waiting = null;
        try
        {
            console.Say("segpipe: reading the configuration again", happening: "reload");
            var result = await OnceAsync(_last.Number + 1).ConfigureAwait(false);
            if (result.Outcome != ReloadOutcome.Refused) _takenOver = result.At;
            _last = result;
            Tell(result);
            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<ReloadResult> OnceAsync(int number)
    {
        if (read is null) return Refused(number, "These pipelines do not come from files.", "Start them with segpipe run.");
        var results = read();
        if (PipelineLoader.CodeOf(results) != ExitCode.Done)
        {
            string[] findings = [.. results.SelectMany(r => r.Problems).Where(p => p.Severity == Severity.Error).Select(p => $"{p.Position}: {p.Code}: {p.Message}")];
            return Refused(number, "The configuration has errors.", "Mend them and reload again.") with { Findings = findings };
        }
        var running = board.Entries.Zip(results, (entry, result) => (Entry: entry, Next: result.Definition!)).Where(p => p.Entry.Phase != RunPhase.Ended).ToList();
        if (running.Find(p => p.Entry.Phase != RunPhase.Running) is { Entry: { } busy }) return Refused(number, $"{busy.Name} is {(busy.Phase == RunPhase.Starting ? "starting" : "ending")}.", null);
        List<PipelineChange> changes = [];
        try
        {
            foreach (var (entry, next) in running) changes.Add(await entry.Pipeline!.PrepareAsync(next).ConfigureAwait(false));
            return await ApplyAsync(number, [.. running.Zip(changes, (p, change) => (p.Entry, p.Next, change))]).ConfigureAwait(false);
        }
        catch (SegPipeException refused)
        {
            return Refused(number, refused.Message, refused.Advice);
        }
        finally
        {
            foreach (var change in changes) await change.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<ReloadResult> ApplyAsync(int number, IReadOnlyList<(BoardEntry Entry, PipelineDefinition Next, PipelineChange Change)> all)
    {
        var pipelines = await Task.WhenAll(all.Select(async p =>
        {
            var (entry, next, change) = p;
            var told = new ReloadedPipeline(entry.Name, change.Kept, change.Restarted, change.Started, change.Stopped);
            if (!await change.ApplyAsync(patience).ConfigureAwait(false)) return null;
            entry.Definition = next;
            if (entry.Log is { } log) log.Level = LogLevels.Of(next.Log.Level, console.Verbosity);
            foreach (var stream in told.Stopped) Gone?.Invoke(entry.Name, stream);
            return told;
        })).ConfigureAwait(false);
        var applied = pipelines.OfType<ReloadedPipeline>().ToList();
        if (applied.Count < all.Count) return Refused(number, "The run is ending.", null) with { Pipelines = applied };
        return new(number, applied.Exists(p => p.Changed) ? ReloadOutcome.Applied : ReloadOutcome.Unchanged, console.Time.GetUtcNow(), applied);
    }

    private ReloadResult Refused(int number, string error, string? advice) => new(number, ReloadOutcome.Refused, console.Time.GetUtcNow(), [], error, advice);

    private void Tell(ReloadResult result)
    {
        foreach (var finding in result.Findings ?? []) console.Say($"segpipe: {finding}", "error", "finding");
        if (result.Error is { } error)
        {
            console.Say($"segpipe: the configuration is not taken over, what runs goes on: {error}{(result.Advice is { } advice ? " " + advice : "")}", "error", "reload_refused");
            return;
        }
        foreach (var pipeline in result.Pipelines)
            console.Say($"segpipe: {pipeline.Name}: {Clause("kept", pipeline.Kept)}{Clause("restarted", pipeline.Restarted)}{Clause("started", pipeline.Started)}{Clause("stopped", pipeline.Stopped)}".TrimEnd(';', ' '), happening: "reload_done");
    }

    private static string Clause(string what, IReadOnlyList<string> streams) => streams.Count == 0 ? "" : $"{what} {string.Join(", ", streams)}; ";
}
