using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Http.Jobs;
using SegPipe.Host.Logging;
using SegPipe.Host.Running;
using SegPipe.Host.Watching;
using SegPipe.Metrics;

namespace SegPipe.Host.Batch.Running;

/// <summary>A batch run from a command: findings, lock, signals, progress, and the word at the end.</summary>
/// <param name="console">Where the person is told.</param>
/// <param name="store">The batch's folder.</param>
internal sealed class BatchSession(HostConsole console, FolderStore store)
{
    private static readonly TimeSpan AbortGrace = TimeSpan.FromSeconds(20);

    /// <summary>Arguments of <c>--set</c>.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Where the page of jobs is served, or null.</summary>
    public string? Http { get; init; }

    private string Again => $"Go on with: segpipe batch resume {store.OutputFolder}";

    /// <summary>Reads the pipeline and refuses what cannot be run in segments.</summary>
    /// <param name="path">The pipeline's file.</param>
    /// <param name="slots">Segments that are worked on side by side.</param>
    /// <exception cref="SegPipeException">It has an error; the findings have been shown.</exception>
    public (string Text, BatchPipeline Pipeline) Read(string path, int slots)
    {
        var loader = new PipelineLoader(console) { Overrides = Overrides, OutputRoot = store.OutputFolder };
        var text = loader.ReadForBatch(path);
        return (text.Text, loader.Pipeline(text, slots));
    }

    /// <summary>Does what is missing.</summary>
    /// <returns>0 where every video is finished, else the worst code of those that were given up; 75 where it was stopped.</returns>
    /// <exception cref="SegPipeException">Another run works in the folder, or something failed that would fail every video.</exception>
    public async Task<ExitCode> RunAsync(BatchPipeline pipeline, BatchSpec spec)
    {
        var view = new BatchView(console);
        using var signals = new ShutdownSignals(console, AbortGrace, view.Tell) { Promise = "what is finished stays, segments under way are given up" }.Listen();
        using var held = await BatchLock.TakeAsync(store, console.Time, CancellationToken.None).ConfigureAwait(false);
        store.Sweep();
        await store.WriteAsync(BatchNames.Spec, spec, CancellationToken.None).ConfigureAwait(false);
        using var log = new StderrLog(console, LogLevels.Of(LogVerbosity.Warning, console.Verbosity), console.Form);
        var shared = new SharedResources();
        using var metrics = new ClusterMetrics("local", hasBroker: false);
        metrics.Jobs(() => view.Board.ByState());
        var feed = new WatchFeed(console.Time);
        var self = new WatchSelf(BatchRunner.WorkerName, console.Time, console.Redact) { Class = "local", Slots = pipeline.Slots, Ending = signals.Stop, Post = feed.Hear };
        await using var http = Http is null ? null : await WatchHttp.StartAsync(Http, metrics, json => new(self, feed, json, console.Time) { Look = new(new OneBatch(store, spec), console.Time) }, () => signals.Stop.IsCancellationRequested ? "draining" : null, console, log).ConfigureAwait(false);
        var runner = new BatchRunner(store, pipeline, spec, view.Board, new() { Time = console.Time, Log = log.CreateLogger(pipeline.Name), Shared = shared }) { Self = self, Metrics = metrics };
        var work = view.ShowAsync(runner.RunAsync(pipeline.Slots, signals.Stop));
        if (await Task.WhenAny(work, Task.Delay(Timeout.InfiniteTimeSpan, signals.Abort)).ConfigureAwait(false) != work) return signals.Forced!.Value;
        await using (shared.ConfigureAwait(false)) return await ConcludeAsync(work, view.Board).ConfigureAwait(false);
    }

    /// <summary>The one batch that this process sees.</summary>
    private sealed class OneBatch(FolderStore store, BatchSpec spec) : IBatchList
    {
        public IAsyncEnumerable<ListedBatch> BatchesAsync(CancellationToken cancel) => new[] { new ListedBatch(store.OutputFolder, store, spec, null, false) }.ToAsyncEnumerable();
    }

    private async Task<ExitCode> ConcludeAsync(Task<ExitCode> work, BatchBoard board)
    {
        try
        {
            var code = await work.ConfigureAwait(false);
            var totals = BatchTotals.Of(board.Jobs);
            console.Note($"{totals.Done} of {totals.Files} files done{(totals.Partial > 0 ? $", {totals.Partial} partial" : "")}{(totals.Failed > 0 ? $", {totals.Failed} failed" : "")}; outputs are in {store.OutputFolder}");
            return code;
        }
        catch (OperationCanceledException)
        {
            var totals = BatchTotals.Of(board.Jobs);
            console.Say($"segpipe: stopped: {totals.Done} of {totals.Files} files and {totals.DoneSegments} segments are finished\n  {Again}", "warning", "stopped");
            return ExitCode.Resumable;
        }
        catch (SegPipeException failure) when (failure.Code is ExitCode.IoError or ExitCode.Unavailable)
        {
            throw new SegPipeException(failure.Code, failure.Message, $"{failure.Advice?.TrimEnd('.')}. {Again}", failure);
        }
    }
}
