using SegPipe.Configuration;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SegPipe.Host.Batch.Running;

/// <summary>Shows how far a batch is: a live table on a terminal, elsewhere a plain line, at first every five seconds, later every five minutes; and one line for each video that ends.</summary>
internal sealed class BatchView
{
    private const int MostRows = 12;
    private static readonly TimeSpan TableInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FirstLines = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LaterLines = TimeSpan.FromMinutes(5);

    private readonly HostConsole _console;
    private readonly long _started;
    private readonly RateWindow _rate = new();

    /// <param name="console">Where it is shown.</param>
    public BatchView(HostConsole console)
    {
        (_console, _started) = (console, console.Time.GetTimestamp());
        Board = new() { Ended = TellEnd };
    }

    /// <summary>What is shown.</summary>
    public BatchBoard Board { get; }

    /// <summary>Shows progress until the work ends; its failure is this one's.</summary>
    public async Task<T> ShowAsync<T>(Task<T> work)
    {
        if (_console.Verbosity >= 0)
        {
            if (_console is { Terminal: { } terminal, Form: LogFormat.Text }) await TableAsync(terminal, work).ConfigureAwait(false);
            else await LinesAsync(work).ConfigureAwait(false);
        }
        return await work.ConfigureAwait(false);
    }

    /// <summary>Says how far the batch is.</summary>
    public void Tell() => _console.Say(BatchTotals.Of(Board.Jobs).Describe(_rate.Speed), happening: "state");

    /// <summary>The table for a terminal.</summary>
    public static IRenderable Draw(IReadOnlyList<JobEntry> jobs, double framesPerSecond)
    {
        var totals = BatchTotals.Of(jobs);
        var table = new Table { Border = TableBorder.Rounded, Expand = false };
        table.AddColumn("file").AddColumn("state").AddColumn(new TableColumn("segments").RightAligned()).AddColumn("").AddColumn(new TableColumn("pictures").RightAligned());
        var active = jobs.Where(j => j.State is JobState.Planning or JobState.Segments or JobState.Joining).ToList();
        foreach (var job in active.Take(MostRows))
        {
            var known = job.Frames > 0;
            table.AddRow(
                new Text(Short(job.Name)),
                new Text(Word(job.State)),
                new Text(known ? $"{job.DoneSegments}/{job.Segments}" : ""),
                known ? new BreakdownChart { Width = 24, ShowTags = false }.AddItem("", Math.Min(job.DoneFrames, job.Frames), Color.Green).AddItem("", Math.Max(0, job.Frames - job.DoneFrames), Color.Grey23) : Text.Empty,
                new Text(known ? $"{Math.Min(job.DoneFrames, job.Frames)}/{job.Frames}" : ""));
        }
        if (active.Count > MostRows) table.AddRow(new Text($"and {active.Count - MostRows} more"));
        return new Rows(table, new Text(totals.Describe(framesPerSecond)));
    }

    /// <summary>What is said of a video that has ended, null where it had ended before.</summary>
    public static string? Line(JobEntry job) => job switch
    {
        { Failure: { } failure } => $"{job.Name}: failed: {failure.Message}",
        { Gaps: [var gap, ..] gaps } => $"{job.Name}: partial: {gap}{(gaps.Count > 1 ? $" (and {gaps.Count - 1} more gaps)" : "")}",
        _ when job.FoundFrames == job.Frames => null,
        _ => $"{job.Name}: done, {job.Frames} pictures in {job.Segments} {(job.Segments == 1 ? "segment" : "segments")}",
    };

    private void TellEnd(JobEntry job)
    {
        if (Line(job) is not { } line) return;
        if (job is { Failure: null, Gaps.Count: 0 }) _console.Note(line);
        else if (_console.Verbosity >= -1) _console.Say(line, job.Failure is null ? "warning" : "error", job.Failure is null ? "job_partial" : "job_failed");
    }

    private async Task LinesAsync(Task work)
    {
        for (var interval = FirstLines; !await EndsWithinAsync(work, interval).ConfigureAwait(false); interval = interval * 2 < LaterLines ? interval * 2 : LaterLines)
            _console.Say(BatchTotals.Of(Board.Jobs).Describe(Rate()), happening: "progress");
    }

    private Task TableAsync(IAnsiConsole terminal, Task work) => terminal.Live(Text.Empty).AutoClear(true).StartAsync(async context =>
    {
        do context.UpdateTarget(Draw(Board.Jobs, Rate()));
        while (!await EndsWithinAsync(work, TableInterval).ConfigureAwait(false));
    });

    private double Rate() => _rate.Note(_console.Time.GetElapsedTime(_started), Board.Jobs.Sum(j => j.DoneFrames - j.FoundFrames));

    private async Task<bool> EndsWithinAsync(Task work, TimeSpan interval)
    {
        using var pause = new CancellationTokenSource();
        var waited = Task.Delay(interval, _console.Time, pause.Token);
        var first = await Task.WhenAny(work, waited).ConfigureAwait(false);
        await pause.CancelAsync().ConfigureAwait(false);
        return first == work;
    }

    private static string Word(JobState state) => state switch
    {
        JobState.Planning => "reading",
        JobState.Segments => "running",
        JobState.Joining => "joining",
        _ => SnakeCase.Of(state.ToString()),
    };

    private static string Short(string name) => name.Length <= 40 ? name : $"{name[..18]}…{name[^21..]}";
}
