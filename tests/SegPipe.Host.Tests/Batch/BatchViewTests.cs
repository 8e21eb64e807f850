using SegPipe.Host.Batch.Running;
using SegPipe.Host.Batch.Sampling;
using SegPipe.Host.Batch.Storage;
using Spectre.Console;

namespace SegPipe.Host.Tests.Batch;

public sealed class BatchViewTests
{
    [Fact]
    public void Table_shows_what_is_under_way_and_the_whole_below_it()
    {
        var running = Entry("drive.mp4", JobState.Segments, segments: 4, frames: 1000);
        running.Found(1, 250);
        var progress = new SegmentProgress();
        for (var i = 0; i < 50; i++) progress.Count();
        running.Begin(progress);

        var done = Entry("done.mp4", JobState.Done, 1, 100);
        done.Found(1, 100);

        var text = Draw([done, running, Entry("[odd].mp4", JobState.Planning), Entry("later.mp4", JobState.Waiting)], 25);

        Assert.Contains("drive.mp4", text);
        Assert.Contains("1/4", text);
        Assert.Contains("300/1000", text);
        Assert.Contains("[odd].mp4", text);
        Assert.DoesNotContain("done.mp4", text);
        // 700 pictures of its own, and two videos of the same size, of which 550 are expected each.
        Assert.Contains("1 of 4 files, 2 of 5 segments, 25.0 fps, 1:12 left", text);
    }

    [Fact]
    public void Many_files_under_way_do_not_fill_the_terminal() =>
        Assert.Contains("and 8 more", Draw([.. Enumerable.Range(0, 20).Select(i => Entry($"{i}.mp4", JobState.Segments, 1, 10))], 0));

    [Fact]
    public void Video_that_ends_is_told_in_a_line_but_not_one_that_was_done_before()
    {
        var found = Entry("a.mp4", JobState.Done, 1, 10);
        found.Found(1, 10);
        var failed = Entry("b.mp4", JobState.Failed);
        failed.Failure = new JobFailure(ExitCode.InputUnusable, "It is empty.", null, null);

        Assert.Null(BatchView.Line(found));
        Assert.Equal("b.mp4: failed: It is empty.", BatchView.Line(failed));
        Assert.Equal("c.mp4: done, 20 pictures in 2 segments", BatchView.Line(Entry("c.mp4", JobState.Done, 2, 20)));
    }

    [Fact]
    public void Speed_is_that_of_the_last_minute()
    {
        var rate = new RateWindow();
        Assert.Equal(0, rate.Note(TimeSpan.Zero, 0));
        Assert.Equal(10, rate.Note(TimeSpan.FromSeconds(30), 300));
        rate.Note(TimeSpan.FromSeconds(60), 300);

        Assert.Equal(0, rate.Note(TimeSpan.FromSeconds(95), 300));
    }

    private static JobEntry Entry(string name, JobState state, int segments = 0, long frames = 0) =>
        new($"/videos/{name}") { Bytes = 1_000_000, State = state, Segments = segments, Frames = frames };

    private static string Draw(IReadOnlyList<JobEntry> jobs, double rate)
    {
        using var text = new StringWriter();
        var terminal = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        terminal.Profile.Width = 120;
        terminal.Write(BatchView.Draw(jobs, rate));
        return text.ToString();
    }
}
