using System.Diagnostics;
using Spectre.Console;

namespace SegPipe.Host.Fetching;

/// <summary>Shows how far a fetch is: a bar on a terminal, a line every few seconds elsewhere.</summary>
internal sealed class FetchProgress(HostConsole console)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    /// <summary>Runs work that tells its progress.</summary>
    /// <param name="name">What is fetched.</param>
    /// <param name="work">The work; it is handed what to tell bytes on disk and in all.</param>
    public Task ShowAsync(string name, Func<Action<long, long?>, Task> work)
    {
        if (console.Verbosity < 0) return work((_, _) => { });
        return console.Terminal is { } terminal ? BarAsync(terminal, name, work) : LinesAsync(name, work);
    }

    private static Task BarAsync(IAnsiConsole terminal, string name, Func<Action<long, long?>, Task> work) => terminal.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
        .StartAsync(context =>
        {
            var bar = context.AddTask(Markup.Escape(name));
            return work((there, all) =>
            {
                bar.IsIndeterminate = all is null;
                bar.MaxValue = all ?? Math.Max(1, there);
                bar.Value = there;
            });
        });

    private Task LinesAsync(string name, Func<Action<long, long?>, Task> work)
    {
        var last = Stopwatch.GetTimestamp();
        return work((there, all) =>
        {
            if (Stopwatch.GetElapsedTime(last) < Interval) return;
            last = Stopwatch.GetTimestamp();
            console.Say($"{name}: {there:N0}{(all is { } total ? $" of {total:N0}" : "")} bytes");
        });
    }
}
