using System.Diagnostics;
using System.Globalization;

namespace SegPipe.Testing;

/// <summary>OpenStack Swift as an S3 server of its own on the loopback address, with a folder of its own. It ends with its owner, also where that one is killed.</summary>
public sealed class S3Server : IDisposable
{
    private const string Python = "/usr/bin/python3", Package = "/usr/lib/python3/dist-packages/swift/common/middleware/s3api", User = "tester";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private S3Server()
    {
        _process = Process.Start(new ProcessStartInfo(Python, [Path.Combine(AppContext.BaseDirectory, "s3_server.py"), _folder.Path, User])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.StandardInput.WriteLine(Secret);
        _process.StandardInput.Flush();
    }

    /// <summary>Why it cannot be used here, or null.</summary>
    public static string? WhyMissing => Directory.Exists(Package) ? null : "OpenStack Swift is not installed: ./build.sh test installs it";

    /// <summary>Where it answers.</summary>
    public string Endpoint { get; private set; } = "";

    /// <summary>The name that its user goes by.</summary>
    public static string AccessKey => $"test:{User}";

    /// <summary>What proves it.</summary>
    public string Secret { get; } = $"secret-{Guid.NewGuid():N}";

    /// <summary>The variables that tell a program of it.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["AWS_ENDPOINT_URL_S3"] = Endpoint,
        ["AWS_ACCESS_KEY_ID"] = AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = Secret,
        ["AWS_REGION"] = "us-east-1",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    /// <summary>Starts one and waits until it listens.</summary>
    public static async Task<S3Server> StartAsync()
    {
        var server = new S3Server();
        try
        {
            var line = await server._process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            if (line is null || !line.StartsWith("ready ", StringComparison.Ordinal)) throw new InvalidOperationException($"Swift did not start: {line ?? await server._process.StandardError.ReadToEndAsync()}");
            server.Endpoint = $"http://127.0.0.1:{int.Parse(line["ready ".Length..], CultureInfo.InvariantCulture)}";
            server._process.ErrorDataReceived += (_, _) => { };
            server._process.BeginErrorReadLine();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }
}
