using System.CommandLine;
using System.Globalization;
using SegPipe.Configuration;
using SegPipe.Host.Batch;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Batch.Storage.S3;
using SegPipe.Host.Cluster;
using SegPipe.Host.Logging;
using BatchOptions = SegPipe.Host.Commands.Batch.BatchOptions;

namespace SegPipe.Host.Commands.Cluster;

/// <summary><c>segpipe submit</c>: asks workers for a batch.</summary>
internal sealed class SubmitCommand
{
    private readonly BrokerOptions _broker = new();

    private readonly Argument<string> _pipeline = new("PIPELINE") { Description = "The pipeline in YAML, as for batch run; variables of this machine are not seen." };

    private readonly Argument<string[]> _inputs = new("INPUT") { Arity = ArgumentArity.ZeroOrMore, Description = "Videos, or folders that are searched for them, at the paths that the workers see, or in S3: s3://bucket/video.mp4, s3://bucket/folder/." };

    private readonly Option<string> _out = new("--out", "-o") { HelpName = "URI", Description = "Folder that all workers share, as a path or as file:///shared/out, or a place in S3: s3://bucket/out.", Required = true };

    private readonly Option<string[]> _include = new("--include") { HelpName = "GLOB", Description = "What is taken from folders; may be repeated. By default what is called like a video.", DefaultValueFactory = _ => [] };

    private readonly Option<string[]> _exclude = new("--exclude") { HelpName = "GLOB", Description = "What is not taken from folders; may be repeated.", DefaultValueFactory = _ => [] };

    private readonly Option<string?> _list = new("--list") { HelpName = "FILE", Description = "A file with one input a line." };

    private readonly Option<double> _segmentFrames = TypedOption.Number("--segment-frames", "Pictures of a segment; at most five minutes of the slowest worker's work.", 300, 1, 1_000_000);

    private readonly Option<bool> _keep = new("--keep-segments") { Description = "Keep the segments of finished videos." };

    private readonly Option<string> _class = new("--class") { HelpName = "WORD", Description = "Class of workers that it is for.", DefaultValueFactory = _ => "cpu" };

    private readonly Option<bool> _high = new("--high") { Description = "Go before what is submitted without it." };

    private readonly Option<string?> _notBefore = new("--not-before") { HelpName = "TIME", Description = "Begin no sooner than then, as in 2026-12-24T18:00:00Z." };

    private readonly Option<string> _onPoison = BatchOptions.OnPoison();

    private readonly Option<string[]> _set = RunOptions.Set();

    public static Command Create(HostConsole console)
    {
        var self = new SubmitCommand();
        var command = self._broker.AddTo(new("submit", "Ask workers to run a pipeline over videos; what is finished is not done again.")
        {
            self._pipeline, self._inputs, self._out, self._include, self._exclude, self._list, self._segmentFrames, self._keep, self._onPoison, self._class, self._high, self._notBefore, self._set,
        });
        command.SetAction((parsed, cancel) => self.RunAsync(parsed, console, cancel));
        return command;
    }

    /// <summary>A moment with its offset, in UTC; without one, nobody knows whose clock is meant.</summary>
    /// <exception cref="SegPipeException">64 where it is none.</exception>
    private static DateTimeOffset? Moment(string? text) => text is null ? null
        : DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) && (text[^1] == 'Z' || text[^6] is '+' or '-')
            ? moment.ToUniversalTime()
            : throw new SegPipeException(ExitCode.Usage, $"'{text}' is no moment.", "Say date, time and offset, as in --not-before 2026-12-24T18:00:00Z");

    private async Task<int> RunAsync(ParseResult parsed, HostConsole console, CancellationToken cancel)
    {
        var address = _broker.Address(parsed, console);
        console.Keep(S3Settings.Secrets());
        using var stores = new SharedStores(ScratchFolder.DefaultParent);
        var store = stores.Open(Submission.PlaceOf(parsed.GetRequiredValue(_out)));
        string[] named = [.. parsed.GetRequiredValue(_inputs), .. parsed.GetValue(_list) is { } list ? BatchInputs.ReadList(list) : []];
        if (named.Length == 0) throw new SegPipeException(ExitCode.Usage, "No input is named.", "Name videos or folders, or a list of them: --list FILE");
        var local = named.Where(n => !S3Location.Is(n)).ToList();
        if (local.Count < named.Length && !S3Location.Is(store.Address)) throw new SegPipeException(ExitCode.Usage, "Videos in S3 need outputs in S3.", "Name a place there: --out s3://bucket/out");
        var search = new BatchInputs(parsed.GetRequiredValue(_include), parsed.GetRequiredValue(_exclude), store.OutputFolder);
        List<string> found = [.. search.Find(local)];
        foreach (var place in named.Except(local)) found.AddRange(await S3Inputs.FindAsync(stores.Objects, search, place, S3Location.TryParse(store.Address)!, cancel).ConfigureAwait(false));
        found = [.. found.Distinct(StringComparer.Ordinal)];
        if (found.Count == 0) throw new SegPipeException(ExitCode.InputMissing, "There is no video among the inputs.", "Name videos, folders with videos, or patterns that fit: --include '*.mp4'");
        var submission = new Submission(console, store)
        {
            Inputs = found,
            Overrides = parsed.GetRequiredValue(_set),
            SegmentFrames = (int)parsed.GetValue(_segmentFrames),
            KeepSegments = parsed.GetValue(_keep),
            OnPoison = BatchOptions.OnPoison(parsed.GetRequiredValue(_onPoison)),
            Cluster = new() { Class = WorkerCommand.Word(parsed.GetRequiredValue(_class)), High = parsed.GetValue(_high), NotBefore = Moment(parsed.GetValue(_notBefore)), Traceparent = TraceParent.New() },
        };
        using var log = new StderrLog(console, LogLevels.Of(LogVerbosity.Warning, console.Verbosity), console.Form);
        var logger = log.CreateLogger("submit");
        await using var link = new BrokerLink(address, "segpipe submit", new WorkerSettings().Heartbeat, console.Time, logger);
        await using var publisher = new Publisher(link, new(submission.Cluster.Class), console.Time, logger);
        // Who is not let in by the broker is told before anything is written.
        await publisher.DeclareAsync(cancel).ConfigureAwait(false);
        var jobs = await submission.WriteAsync(parsed.GetRequiredValue(_pipeline), cancel).ConfigureAwait(false);
        foreach (var job in jobs) await publisher.SendAsync(job, cancel).ConfigureAwait(false);
        console.Note($"submitted {jobs.Count} of {found.Count} videos{(jobs.Count < found.Count ? "; the others are done" : "")}\n  See how far they are: segpipe batch status {store.Name}\n  Find it in the workers' logs by: {submission.Cluster.Traceparent}");
        return (int)ExitCode.Done;
    }
}
