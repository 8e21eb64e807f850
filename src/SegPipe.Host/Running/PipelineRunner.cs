using System.Text;
using Microsoft.Extensions.Logging;
using SegPipe.Configuration;
using SegPipe.Host.Http;
using SegPipe.Host.Logging;
using SegPipe.Metrics;
using SegPipe.Runtime;

namespace SegPipe.Host.Running;

/// <summary>Runs pipelines in this process: signals, progress, log, report.</summary>
internal sealed class PipelineRunner(HostConsole console, RunSettings settings)
{
    private static readonly TimeSpan AbortGrace = TimeSpan.FromSeconds(5);

    private readonly RunBoard _board = new();
    private Func<BoardEntry, PipelineMetrics?> _metricsOf = _ => null;
    private Action _opened = () => { };

    /// <summary>Called with each pipeline after its run and before its disposal.</summary>
    public Action<Pipeline>? Finished { get; init; }

    /// <summary>Runs them all and returns the worst exit code.</summary>
    public async Task<ExitCode> RunAsync(IReadOnlyList<PipelineDefinition> definitions)
    {
        if (settings.LogFormat is null && definitions.Any(d => d.Log.Format == LogFormat.Json)) console.Form = LogFormat.Json;
        BoardEntry[] entries = [.. definitions.Select(_board.Add)];
        using var reloader = new Reloader(console, _board, settings.Reread, settings.ShutdownTimeout);
        using var notice = ServiceNotice.OfEnvironment(console.Time);
        _opened = () =>
        {
            if (entries.All(e => e.Phase != RunPhase.Starting)) notice?.Ready();
        };
        using var signals = new ShutdownSignals(console, settings.ShutdownTimeout, Describe, settings.Reread is null ? null : () => _ = ReloadAsync(reloader, notice)).Listen();
        using var draining = signals.Stop.Register(() =>
        {
            _board.Draining = true;
            notice?.Stopping();
        });
        // A run that serves nothing never touches the web server: loading it takes longer than many a command.
        await using var servers = definitions.Any(d => d.Http is not null) ? await ServeAsync(reloader).ConfigureAwait(false) : null;
        var progress = new ProgressView(console, Snapshots);
        var work = settings.InTurn ? InTurnAsync(entries, signals) : Task.WhenAll(entries.Select(e => OneAsync(e, signals)));
        var forced = Task.Delay(Timeout.InfiniteTimeSpan, signals.Abort);
        if (await Task.WhenAny(progress.ShowAsync(work), forced).ConfigureAwait(false) == forced && !await EndsAsync(work).ConfigureAwait(false))
            console.Say($"segpipe: the run did not end within {AbortGrace.TotalSeconds:0} s and is left behind");
        else await reloader.IdleAsync().ConfigureAwait(false);
        return Conclude(signals.Forced);
    }

    private async Task<IAsyncDisposable> ServeAsync(Reloader reloader)
    {
        var servers = await HttpServers.StartAsync(_board, reloader, console, settings.LogFormat ?? console.Form).ConfigureAwait(false);
        _metricsOf = servers.MetricsOf;
        return servers;
    }

    private static async Task ReloadAsync(Reloader reloader, ServiceNotice? notice)
    {
        notice?.Reloading();
        await reloader.ReloadAsync().ConfigureAwait(false);
        notice?.Reloaded();
    }

    private async Task InTurnAsync(IReadOnlyList<BoardEntry> entries, ShutdownSignals signals)
    {
        foreach (var entry in entries)
        {
            if (signals.Stop.IsCancellationRequested) return;
            await OneAsync(entry, signals).ConfigureAwait(false);
        }
    }

    private async Task OneAsync(BoardEntry entry, ShutdownSignals signals)
    {
        var definition = entry.Definition;
        // Opening blocks on files and children; side by side means from the first step on.
        await Task.Yield();
        using var log = new StderrLog(console, LogLevels.Of(definition.Log.Level, console.Verbosity), settings.LogFormat ?? definition.Log.Format);
        entry.Log = log;
        var logger = log.CreateLogger(definition.Name);
        var services = new PipelineServices
        {
            Time = console.Time,
            Log = logger,
            Metrics = _metricsOf(entry),
            Previews = definition.Http is not null,
            Reloadable = settings.Reread is not null,
        };
        await using var pipeline = new Pipeline(definition, services);
        RunReport report;
        try
        {
            await pipeline.OpenAsync(signals.Abort).ConfigureAwait(false);
            entry.Pipeline = pipeline;
            _opened();
            logger.LogDebug("everything is open; frames flow");
            report = await pipeline.RunAsync(signals.Stop, signals.Abort).ConfigureAwait(false);
            if (report.ExitCode == ExitCode.Done) Finished?.Invoke(pipeline);
        }
        catch (SegPipeException refused)
        {
            report = Refused(definition.Name, pipeline.Opening?.Id, refused);
        }
        catch (OperationCanceledException) when (signals.Abort.IsCancellationRequested)
        {
            report = Refused(definition.Name, null, new(signals.Forced ?? ExitCode.Interrupted, "Aborted before the first frame."));
        }
        entry.Report = report;
        // Kept for those who look, else given back: a run over a thousand pictures is a thousand pipelines.
        if (definition.Http is null) entry.Pipeline = null;
    }

    private ExitCode Conclude(ExitCode? forced)
    {
        RunReport[] reports = [.. _board.Entries.Select(e => e.Report).OfType<RunReport>()];
        foreach (var report in reports) Show(report);
        var code = forced ?? reports.Select(r => r.ExitCode).DefaultIfEmpty().Max();
        if (settings.Report is { } path) WriteReport(path, console.Redact(ReportJson.Write(reports, code)));
        return code;
    }

    /// <summary>The report of a pipeline that could not begin.</summary>
    private static RunReport Refused(string pipeline, string? component, SegPipeException refused) =>
        new(pipeline, "failed", refused.Code, refused.Message, refused.Advice, component, 0, 0, 0, 0, 0, [], [], []) { Failure = refused };

    private void Show(RunReport report)
    {
        if (settings.ShowsReport && report.Streams.Count > 0 && (report.Error is null || settings.ShowsReportOfFailure))
            console.Say(console.Form == LogFormat.Json ? ReportTable.Lines(report).First() : string.Join('\n', ReportTable.Lines(report)), happening: "run_finished");
        if (report.Error is { } error)
        {
            var place = report.FailedComponent is { } where && !error.StartsWith(where + ':', StringComparison.Ordinal) ? $"{report.Pipeline}: {where}: " : $"{report.Pipeline}: ";
            console.Fail(new SegPipeException(report.ExitCode, settings.NamesPlaces ? place + error : error, report.Advice, report.Failure));
        }
    }

    private void WriteReport(string path, string json)
    {
        try
        {
            File.WriteAllText(path, json, new UTF8Encoding(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.CannotCreate, $"The report {path} cannot be written: {e.Message}", "Check the folder and its permissions.", e);
        }
    }

    private IReadOnlyList<(string Pipeline, RunSnapshot Snapshot)> Snapshots()
    {
        return [.. _board.Entries.Where(e => e.Report is null).Select(e => e.Pipeline).OfType<Pipeline>().Select(p => (p.Name, p.Snapshot()))];
    }

    private void Describe()
    {
        foreach (var (name, snapshot) in Snapshots())
            console.Say(string.Join('\n', StateDump.Lines(name, snapshot)), happening: "state");
    }

    private static async Task<bool> EndsAsync(Task work)
    {
        try
        {
            await work.WaitAsync(AbortGrace).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
