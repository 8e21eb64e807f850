using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SegPipe.Testing;

/// <summary>Python's HTTP server over a folder, on the loopback address: what people put in front of HLS to try it.</summary>
public sealed partial class FolderServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    public FolderServer(string folder)
    {
        _process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _ = _process.StandardError.ReadToEndAsync();
        var line = _process.StandardOutput.ReadLineAsync();
        if (!line.Wait(Patience) || !Port().IsMatch(line.Result ?? "")) throw new InvalidOperationException("Python's HTTP server did not start.");
        Address = $"http://127.0.0.1:{int.Parse(Port().Match(line.Result!).Groups[1].ValueSpan, CultureInfo.InvariantCulture)}/";
    }

    /// <summary>Beginning of its addresses.</summary>
    public string Address { get; }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    [GeneratedRegex(@" port (\d+) ")]
    private static partial Regex Port();
}
