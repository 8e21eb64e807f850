using System.Collections.Concurrent;
using SegPipe.Configuration;
using SegPipe.Runtime;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SegPipe.Host.Running;

/// <summary>Shows how far pipelines are: a bar a stream on a terminal, elsewhere a plain line a stream, at first every five seconds, later every five minutes.</summary>
internal sealed class ProgressView(HostConsole console, Func<IReadOnlyList<(string Pipeline, RunSnapshot Snapshot)>> snapshots)
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstLines = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LaterLines = TimeSpan.FromMinutes(5);

    /// <summary>Shows progress until the work ends; its failure is this one's.</summary>
    public async Task ShowAsync(Task work)
    {
        if (console.Verbosity >= 0)
        {
            if (console is { Terminal: { } terminal, Form: LogFormat.Text }) await BarsAsync(terminal, work).ConfigureAwait(false);
            else await LinesAsync(work).ConfigureAwait(false);
        }
        await work.ConfigureAwait(false);
    }

    /// <summary>What is said of a stream: frames, speed, time left.</summary>
    public static string Describe(StreamSnapshot stream, TimeSpan elapsed)
    {
        var speed = elapsed > TimeSpan.Zero ? stream.Written / elapsed.TotalSeconds : 0;
        var text = stream.Expected is { } expected ? $"{stream.Written} of {expected} frames" : $"{stream.Written} frames";
        text += $", {speed:0.0} fps";
        if (stream.Dropped > 0) text += $", {stream.Dropped} dropped";
        if (stream.Expected is { } all && speed > 0 && all > stream.Written) text += $", {TimeSpan.FromSeconds((all - stream.Written) / speed):m\\:ss} left";
        return text;
    }

    private async Task LinesAsync(Task work)
    {
        // Weeks of a camera must not fill a log with what the metrics tell better.
        for (var interval = FirstLines; !await EndsWithinAsync(work, interval).ConfigureAwait(false); interval = interval * 2 < LaterLines ? interval * 2 : LaterLines)
        {
            foreach (var (name, stream, elapsed) in Streams()) console.Say($"{name}: {Describe(stream, elapsed)}", happening: "progress");
        }
    }

    private async Task BarsAsync(IAnsiConsole terminal, Task work)
    {
        var states = new StateColumn();
        await terminal.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), states)
            .StartAsync(async context =>
            {
                Dictionary<string, ProgressTask> bars = [];
                do
                {
                    foreach (var (name, stream, elapsed) in Streams())
                    {
                        if (!bars.TryGetValue(name, out var bar)) bars[name] = bar = context.AddTask(Markup.Escape(name));
                        bar.IsIndeterminate = stream.Expected is null;
                        bar.MaxValue = Math.Max(1, stream.Expected ?? 1);
                        bar.Value = stream.Expected is null ? 0 : stream.Written;
                        states.Set(bar, Describe(stream, elapsed));
                    }
                }
                while (!await EndsWithinAsync(work, BarInterval).ConfigureAwait(false));
            }).ConfigureAwait(false);
    }

    private IEnumerable<(string Name, StreamSnapshot Stream, TimeSpan Elapsed)> Streams() =>
        from p in snapshots()
        from stream in p.Snapshot.Streams
        select (stream.Id == p.Pipeline ? p.Pipeline : $"{p.Pipeline}/{stream.Id}", stream, p.Snapshot.Elapsed);

    private async Task<bool> EndsWithinAsync(Task work, TimeSpan interval)
    {
        using var pause = new CancellationTokenSource();
        var waited = Task.Delay(interval, console.Time, pause.Token);
        var first = await Task.WhenAny(work, waited).ConfigureAwait(false);
        await pause.CancelAsync().ConfigureAwait(false);
        return first == work;
    }

    private sealed class StateColumn : ProgressColumn
    {
        private readonly ConcurrentDictionary<int, string> _texts = new();

        public void Set(ProgressTask task, string text) => _texts[task.Id] = text;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(_texts.GetValueOrDefault(task.Id, ""));
    }
}
