using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SegPipe.Testing;

/// <summary>GStreamer's RTSP server as a camera or a receiver of one test; it can die, come back at its old port, and freeze.</summary>
public sealed partial class RtspServer : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const int Stop = 19, Continue = 18;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Lazy<string?> Missing = new(FindMissing);

    private readonly IReadOnlyList<string> _options;
    private Process _process;

    private RtspServer(IReadOnlyList<string> options, string[] mounts)
    {
        _options = options;
        (_process, Port) = Launch(0, mounts);
    }

    /// <summary>Why it cannot be used here, or null.</summary>
    public static string? WhyMissing => Missing.Value;

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="mounts">Verb, mount and what, for each mount; see rtsp_server.py.</param>
    public static RtspServer Start(params string[] mounts) => new([], mounts);

    /// <summary>Starts a server that asks for a user, by digest.</summary>
    public static RtspServer StartGuarded(string user, string password, params string[] mounts) => new(["--auth", "digest", user, password], mounts);

    /// <summary>Starts a server that encrypts.</summary>
    /// <param name="certificate">PEM file.</param>
    /// <param name="key">PEM file.</param>
    /// <param name="mounts">Verb, mount and what, for each mount.</param>
    public static RtspServer StartSecure(string certificate, string key, params string[] mounts) => new(["--tls", certificate, key], mounts);

    /// <summary>The address of a mount.</summary>
    public string Url(string mount, string scheme = "rtsp") => string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{Port}{mount}");

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Starts it again at the same port, with these mounts.</summary>
    public void Restart(params string[] mounts)
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
        (_process, _) = Launch(Port, mounts);
    }

    /// <summary>Stops it in mid-motion: connections stand, nothing moves.</summary>
    public void Freeze() => Send(Stop);

    /// <summary>Lets it go on.</summary>
    public void Thaw() => Send(Continue);

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private static string? FindMissing()
    {
        try
        {
            Tool.Run(Python, "-c", "import gi; gi.require_version('GstRtspServer', '1.0')");
            return null;
        }
        catch (Exception missing) when (missing is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return "GStreamer's RTSP server is not installed: ./build.sh test installs it";
        }
    }

    private (Process Process, int Port) Launch(int port, string[] mounts)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "rtsp_server.py");
        var process = Process.Start(new ProcessStartInfo(Python, [script, port.ToString(CultureInfo.InvariantCulture), .. _options, .. mounts])
        {
            RedirectStandardOutput = true,
        })!;
        var line = process.StandardOutput.ReadLineAsync();
        if (!line.Wait(Patience) || line.Result is not { } ready || !ready.StartsWith("ready ", StringComparison.Ordinal))
        {
            process.Kill();
            throw new InvalidOperationException($"The RTSP server did not start: {(line.IsCompleted ? line.Result : "it says nothing")}");
        }
        return (process, int.Parse(ready["ready ".Length..], CultureInfo.InvariantCulture));
    }

    private void Send(int signal)
    {
        if (Signal(_process.Id, signal) != 0) throw new InvalidOperationException("The RTSP server has ended already.");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
