using SegPipe.Host.Running;
using SegPipe.Runtime;
using SegPipe.Testing;
using Spectre.Console;

namespace SegPipe.Host.Tests.Running;

public sealed class ProgressViewTests
{
    private readonly StringWriter _error = new();
    private readonly ManualTime _time = new();

    [Fact]
    public void A_stream_is_described_by_frames_speed_and_time_left()
    {
        Assert.Equal("50 of 200 frames, 10.0 fps, 0:15 left", ProgressView.Describe(Stream(50, 200, 0), TimeSpan.FromSeconds(5)));
        Assert.Equal("50 frames, 10.0 fps, 3 dropped", ProgressView.Describe(Stream(50, null, 3), TimeSpan.FromSeconds(5)));
        Assert.Equal("0 of 200 frames, 0.0 fps", ProgressView.Describe(Stream(0, 200, 0), TimeSpan.Zero));
    }

    [Fact]
    public async Task Without_a_terminal_lines_come_at_first_every_five_seconds_and_later_every_five_minutes()
    {
        var work = new TaskCompletionSource();
        var shown = View(null).ShowAsync(work.Task);

        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("", _error.ToString());
        // 5, then 10, 20, 40, 80, 160 seconds behind one another, then always 300.
        foreach (var seconds in (int[])[1, 10, 20, 40, 80, 160, 300, 300])
        {
            await WaitForTimerAsync();
            _time.Advance(TimeSpan.FromSeconds(seconds));
        }

        await WaitForTimerAsync();
        work.SetResult();
        await shown;

        Assert.Equal(string.Concat(Enumerable.Repeat("demo/front: 50 of 200 frames, 10.0 fps, 0:15 left\n", 8)), _error.ToString());
    }

    [Fact]
    public async Task On_a_terminal_a_bar_is_drawn()
    {
        var terminal = AnsiConsole.Create(new() { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(_error) });
        terminal.Profile.Width = 120;

        await View(terminal).ShowAsync(Task.CompletedTask);

        Assert.Contains("demo/front", _error.ToString());
        Assert.Contains("50 of 200 frames, 10.0 fps, 0:15 left", _error.ToString());
    }

    [Fact]
    public async Task A_quiet_program_shows_no_progress()
    {
        var work = new TaskCompletionSource();
        var shown = View(null, verbosity: -1).ShowAsync(work.Task);

        _time.Advance(TimeSpan.FromSeconds(60));
        work.SetResult();
        await shown;

        Assert.Equal("", _error.ToString());
    }

    private async Task WaitForTimerAsync()
    {
        while (!_time.HasTimer) await Task.Yield();
    }

    private ProgressView View(IAnsiConsole? terminal, int verbosity = 0)
    {
        var console = new HostConsole { Out = TextWriter.Null, Error = _error, Terminal = terminal, Time = _time, Verbosity = verbosity };
        return new(console, () => [("demo", new RunSnapshot([Stream(50, 200, 0)], TimeSpan.FromSeconds(5)))]);
    }

    private static StreamSnapshot Stream(long written, long? expected, long dropped) => new("front", written, expected, dropped, [], []);
}
