using System.CommandLine;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Batch.Storage.S3;
using SegPipe.Host.Cluster;
using SegPipe.Host.Http.Jobs;
using SegPipe.Host.Logging;
using SegPipe.Host.Running;
using SegPipe.Host.Watching;
using SegPipe.Metrics;

namespace SegPipe.Host.Commands.Cluster;

/// <summary><c>segpipe worker</c>: works on what others submit.</summary>
internal sealed class WorkerCommand
{
    private readonly BrokerOptions _broker = new();

    private readonly Option<double> _slots = TypedOption.Number("--slots", "Segments that are worked on side by side.", 1, 1, 64);

    private readonly Option<string[]> _allow = new("--allow") { HelpName = "DIR", Description = "Folder with videos, models or outputs that may be touched, or a place in S3 as s3://bucket/prefix; may be repeated.", DefaultValueFactory = _ => [] };

    private readonly Option<string> _class = new("--class") { HelpName = "WORD", Description = "Class of work that it takes, as in cpu or gpu.", DefaultValueFactory = _ => "cpu" };

    private readonly Option<double> _ackTimeout = TypedOption.Number("--ack-timeout", "Seconds after which the broker takes work away that is not acknowledged (its consumer_timeout); nothing is held longer than a third.", 1800, 15, 86_400);

    private readonly Option<double> _shutdownTimeout = TypedOption.Number("--shutdown-timeout", "Seconds that segments under way may take after a first signal; then they are handed back.", 60, 0, 86_400);

    private readonly Option<string?> _streams = new("--streams") { HelpName = "PIPELINE", Description = "Run the streams of a pipeline that no other worker owns, with the outputs below --out." };

    private readonly Option<string?> _out = new("--out", "-o") { HelpName = "DIR", Description = "Folder that all workers share, for the outputs of --streams." };

    private readonly Option<double> _capacity = TypedOption.Number("--capacity", "Streams that it owns at most.", 16, 1, 1024);

    private readonly Option<string> _cache = new("--cache") { HelpName = "DIR", Description = "Folder for what is on its way from and to S3.", DefaultValueFactory = _ => ScratchFolder.DefaultParent };

    private readonly Option<string[]> _set = RunOptions.Set();

    private readonly Option<string?> _http = new("--http") { HelpName = "HOST:PORT", Description = "Serve a page of jobs and workers, /metrics, /livez and /readyz, as in 127.0.0.1:9465; nothing can be changed there." };

    public static Command Create(HostConsole console)
    {
        var self = new WorkerCommand();
        var command = self._broker.AddTo(new("worker", "Work on what was submitted, until it is stopped.") { self._slots, self._allow, self._class, self._ackTimeout, self._shutdownTimeout, self._streams, self._out, self._capacity, self._cache, self._set, self._http });
        command.SetAction((parsed, _) => self.RunAsync(parsed, console));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, HostConsole console)
    {
        var address = _broker.Address(parsed, console);
        var settings = new WorkerSettings
        {
            Slots = (int)parsed.GetValue(_slots),
            Class = Word(parsed.GetRequiredValue(_class)),
            AckTimeout = TimeSpan.FromSeconds(parsed.GetValue(_ackTimeout)),
        };
        var (allowed, streams) = (parsed.GetRequiredValue(_allow), Streams(parsed, console, settings.Name));
        var roots = streams is not null && allowed.Length == 0 ? null : new AllowedRoots(allowed);
        console.Keep(S3Settings.Secrets());
        using var stores = new SharedStores(parsed.GetRequiredValue(_cache));
        foreach (var place in roots?.Places ?? []) await stores.Objects.RequireAsync(place, CancellationToken.None).ConfigureAwait(false);
        using var signals = new ShutdownSignals(console, TimeSpan.FromSeconds(parsed.GetValue(_shutdownTimeout)), () => { }) { Promise = "segments under way are finished, or handed back in the end" }.Listen();
        using var log = new StderrLog(console, LogLevels.Of(LogVerbosity.Info, console.Verbosity), console.Form);
        using var metrics = new ClusterMetrics(settings.Class) { Wanted = roots is not null && streams is not null ? 4 : 2 };
        await using var shared = new SharedResources();
        var logger = log.CreateLogger("worker");
        var batches = roots is null ? null : new FolderBatches(roots, stores, shared, console.Time, logger);
        int? capacity = streams is null ? null : (int)parsed.GetValue(_capacity);
        var self = new WatchSelf(settings.Name, console.Time, console.Redact) { Class = settings.Class, Slots = roots is null ? 0 : settings.Slots, Capacity = capacity, Ending = signals.Stop };
        var feed = new WatchFeed(console.Time);
        await using var events = new EventLine(address, self, feed, console.Time);
        await using var http = parsed.GetValue(_http) is { } listen
            ? await WatchHttp.StartAsync(listen, metrics, json => new(self, feed, json, console.Time) { Look = batches is null ? null : new(batches, console.Time), Broker = () => events.IsConnected, DeadLetters = () => events.DeadLetters }, Unready, console, log).ConfigureAwait(false)
            : null;
        var work = new List<Task>();
        if (streams is var (ids, read, lease))
            work.Add(new StreamWorker(address, ids, read, lease, capacity!.Value, self, metrics, console.Time, log) { Http = http }.RunAsync(signals.Stop, signals.Abort));
        if (batches is not null)
            work.Add(new Worker(address, new(settings.Class), settings, roots!, batches, batches, self, metrics, console.Time, logger).RunAsync(signals.Stop, signals.Abort));
        await WithEventsAsync(events, work).ConfigureAwait(false);
        return (int)(signals.Forced is ExitCode.Interrupted or ExitCode.Terminated && metrics.IsConnected ? ExitCode.Done : signals.Forced ?? ExitCode.Done);

        string? Unready() => signals.Stop.IsCancellationRequested ? "draining" : metrics.IsConnected ? null : "without a broker";
    }

    /// <summary>Works to its end while events are told; these end last, and with any failure.</summary>
    private static async Task WithEventsAsync(EventLine events, IReadOnlyList<Task> work)
    {
        using var end = new CancellationTokenSource();
        var telling = events.RunAsync(end.Token);
        try
        {
            // Whichever fails, fails at its start, before anything runs.
            await (await Task.WhenAny(work).ConfigureAwait(false)).ConfigureAwait(false);
            await Task.WhenAll(work).ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await telling.ConfigureAwait(false);
        }
    }

    /// <summary>The streams that it stands by for, or null.</summary>
    private (IReadOnlyList<string> Ids, Func<string, PipelineDefinition> Read, LeaseSettings Lease)? Streams(ParseResult parsed, HostConsole console, string name)
    {
        if (parsed.GetValue(_streams) is not { } file) return null;
        if (parsed.GetValue(_out) is not { } root) throw new SegPipeException(ExitCode.Usage, "No folder for the streams' outputs is named.", "Say --out and a folder that all workers share.");
        var overrides = parsed.GetRequiredValue(_set);
        PipelineDefinition Read(string folder) => new PipelineLoader(console) { Overrides = overrides, OutputRoot = folder }.ReadFiles([file])[0];
        var full = Path.GetFullPath(root);
        Directory.CreateDirectory(full);
        return ([.. Read(full).Streams.Select(s => s.Id)], Read, new() { Worker = name, Root = full });
    }

    /// <summary>A class, which becomes part of a queue's name.</summary>
    /// <exception cref="SegPipeException">64 where it is none.</exception>
    public static string Word(string text) => text.Length is > 0 and <= 32 && text.All(char.IsAsciiLetterOrDigit)
        ? text
        : throw new SegPipeException(ExitCode.Usage, $"'{text}' is no class.", "A class is a word of letters and digits, as in cpu or gpu.");
}
