using SegPipe.Host.Batch.Storage.S3;
using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

/// <summary>A broker's virtual host, a bucket with numbered videos, and workers as processes.</summary>
internal sealed class S3Farm : IAsyncDisposable
{
    private const int Terminate = 15, Kill = 9;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment;
    private readonly List<ProgramChild> _workers = [], _ended = [];
    private readonly List<string> _videos = [];

    private S3Farm(string broker, S3Server server, S3Objects objects, string bucket)
    {
        (Objects, Bucket, Secret) = (objects, bucket, server.Secret);
        _environment = new(server.Environment) { ["SEGPIPE_BROKER"] = broker, ["XDG_CACHE_HOME"] = _folder["cache-of-commands"] };
        Directory.CreateDirectory(_folder["in"]);
        Directory.CreateDirectory(_folder["cache"]);
        File.WriteAllText(_folder["copy.yaml"], """
            version: 1
            sources: { drive: { type: video_file, path: "${input.path}" } }
            stages:
              picture: { type: decode, from: drive, threads: 1 }
              video: { type: encode, from: picture, preset: ultrafast, threads: 1 }
            sinks:
              film: { type: video_file, from: video, path: "${output.dir}/${input.stem}.mp4" }
              sums: { type: checksum, from: picture, path: "${output.dir}/${input.stem}.md5" }
            """);
    }

    public S3Objects Objects { get; }

    public string Bucket { get; }

    public string Secret { get; }

    public string In => $"s3://{Bucket}/in/";

    public string Out => $"s3://{Bucket}/out";

    public string this[string name] => _folder[name];

    public static async Task<S3Farm> StartAsync(BrokerFixture broker, S3Fixture storage)
    {
        var (server, uri) = (await storage.ServerAsync(), broker.Broker.Uri(broker.Broker.AddVirtualHost()));
        return new(uri, server, await storage.OpenAsync(), await storage.AddBucketAsync());
    }

    public async Task AddVideoAsync(string name, int pictures)
    {
        var path = NumberedVideo.Write(_folder[$"in/{name}.mp4"], pictures);
        await Objects.StoreAsync(path, Bucket, $"in/{name}.mp4", default);
        _videos.Add(name);
    }

    public async Task RunAloneAsync() => (await ProgramChild.RunAsync(_folder.Path, "batch", "run", "copy.yaml", "in", "--out", "alone", "--segment-frames", "25")).Expect(ExitCode.Done);

    public async Task<CliResult> SubmitAsync(string? to = null) => (await RunAsync("submit", "copy.yaml", In, "--out", to ?? Out, "--segment-frames", "25")).Expect(ExitCode.Done);

    public ProgramChild AddWorker(string? allowed = null)
    {
        var worker = new ProgramChild(_folder.Path, _environment, "worker", "--allow", allowed ?? $"s3://{Bucket}", "--cache", _folder["cache"]);
        _workers.Add(worker);
        return worker;
    }

    public Task<CliResult> RunAsync(params string[] arguments) => RunWithAsync(null, arguments);

    public async Task<CliResult> RunWithAsync((string Name, string Value)? variable, params string[] arguments)
    {
        var environment = new Dictionary<string, string>(_environment);
        if (variable is var (name, value)) environment[name] = value;
        using var child = new ProgramChild(_folder.Path, environment, arguments);
        return await child.EndAsync();
    }

    /// <summary>Whether a worker says that it works on a segment.</summary>
    public bool ClaimedBy(ProgramChild worker) =>
        Keys("out/.segpipe/claims/").Where(k => k[^1] is >= '0' and <= '9' && !k.EndsWith("/-1", StringComparison.Ordinal))
            .Any(key => Objects.ReadAsync(Bucket, key, default).Result?.Contains($"-{worker.Id}-", StringComparison.Ordinal) == true);

    public int Finished() => Keys("out/.segpipe/jobs/").Count(k => k.EndsWith("/done.json", StringComparison.Ordinal));

    /// <summary>Objects of segments that are still there.</summary>
    public int Leftovers() => Keys("out/.segpipe/jobs/").Count(k => k.Contains("/seg/", StringComparison.Ordinal) || k.Contains("/commits/", StringComparison.Ordinal));

    /// <summary>Ends a worker as a power cut would, its children with it.</summary>
    public async Task KillAsync(ProgramChild worker)
    {
        var children = RunningProcesses.Below(worker.Id);
        worker.Signal(Kill);
        foreach (var child in children) RunningProcesses.Kill(child);
        _workers.Remove(worker);
        _ended.Add(worker);
        await worker.EndAsync();
    }

    /// <summary>Asks the worker that is left to end.</summary>
    public async Task<CliResult> EndAsync()
    {
        var worker = Assert.Single(_workers);
        worker.Signal(Terminate);
        return await worker.EndAsync();
    }

    /// <summary>What is wrong about the outputs.</summary>
    public async Task<IReadOnlyList<string>> FaultsAsync()
    {
        var faults = new List<string>();
        foreach (var video in _videos)
        {
            foreach (var extension in (string[])["mp4", "md5"])
            {
                var name = $"{video}.{extension}";
                if (await Objects.FetchAsync(Bucket, $"out/{name}", _folder[$"got/{name}"], default) is null) faults.Add($"{name} is missing");
                else if (!File.ReadAllBytes(_folder[$"got/{name}"]).SequenceEqual(File.ReadAllBytes(_folder[$"alone/{name}"]))) faults.Add($"{name} has other bytes than an undisturbed run gives");
            }
            if (faults.Count == 0 && !NumberedVideo.Read(_folder[$"got/{video}.mp4"]).SequenceEqual(NumberedVideo.Read(_folder[$"in/{video}.mp4"]))) faults.Add($"{video}: pictures are missing, doubled or out of order");
        }
        return faults;
    }

    public string Said() => string.Join('\n', _workers.Concat(_ended).Select(w => w.Said));

    public ValueTask DisposeAsync()
    {
        foreach (var worker in _workers.Concat(_ended)) worker.Dispose();
        Objects.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private IEnumerable<string> Keys(string prefix) => Objects.ListAsync(Bucket, prefix, default).Result.Select(o => o.Key);
}
