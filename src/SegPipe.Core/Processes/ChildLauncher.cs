using System.Collections.Concurrent;
using System.Diagnostics;

namespace SegPipe.Processes;

/// <summary>
/// Starts every child from one thread that lives as long as the program: the kernel sends a child its parent's death signal when
/// the thread that forked it ends, and a pool thread may end at any time.
/// </summary>
internal static class ChildLauncher
{
    private static readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> Requests = [];
    private static readonly Thread Launcher = StartThread();

    public static Process Start(ProcessStartInfo start)
    {
        Debug.Assert(Launcher.IsAlive);
        var started = new TaskCompletionSource<Process>();
        Requests.Add((start, started));
        return started.Task.GetAwaiter().GetResult();
    }

    private static Thread StartThread()
    {
        var thread = new Thread(Run) { IsBackground = true, Name = "child launcher" };
        thread.Start();
        return thread;
    }

    private static void Run()
    {
        foreach (var (start, started) in Requests.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (System.ComponentModel.Win32Exception cannot)
            {
                started.SetException(cannot);
            }
        }
    }
}
