using System.Diagnostics;
using System.Text.Json;

namespace SegPipe.Testing;

/// <summary>A real Prometheus that scrapes one address every second.</summary>
public sealed class PrometheusServer : IDisposable
{
    private const string Program = "prometheus";

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;
    private readonly HttpClient _client;

    /// <summary>Starts it.</summary>
    /// <param name="target">Host and port to scrape.</param>
    public PrometheusServer(string target)
    {
        var port = FreePort.Find();
        File.WriteAllText(_folder["prometheus.yml"], $"""
            global: {"{"} scrape_interval: 1s {"}"}
            scrape_configs:
              - job_name: segpipe
                static_configs: [ {"{"} targets: [ "{target}" ] {"}"} ]
            """);
        var start = new ProcessStartInfo(Program, [$"--config.file={_folder["prometheus.yml"]}", $"--storage.tsdb.path={_folder["data"]}", $"--web.listen-address=127.0.0.1:{port}"])
        {
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _client = new() { BaseAddress = new($"http://127.0.0.1:{port}/") };
    }

    /// <summary>Whether Prometheus is installed.</summary>
    public static bool IsInstalled => Executable(Program) && Executable("promtool");

    /// <summary>Asks a query again and again until it has an answer: values by the text of their labels.</summary>
    public async Task<IReadOnlyList<(string Labels, double Value)>> QueryAsync(string query)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            try
            {
                using var answer = JsonDocument.Parse(await _client.GetStringAsync($"api/v1/query?query={Uri.EscapeDataString(query)}", patience.Token));
                var found = answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
                    .Select(r => (r.GetProperty("metric").ToString(), double.Parse(r.GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture))).ToList();
                if (found.Count > 0) return found;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private static bool Executable(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));
}
