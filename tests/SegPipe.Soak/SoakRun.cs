using System.Globalization;
using System.Net.Http;
using System.Text.Json;
using SegPipe.Testing;

namespace SegPipe.Soak;

/// <summary>One run of the program over cameras in trouble, measured in calm after the first minute and in calm at the end.</summary>
internal sealed class SoakRun(TimeSpan length, int seed)
{
    public const int Cameras = 4;

    private const double MostGrowth = 1.05;
    private const int Terminate = 15, Readings = 35;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), First = TimeSpan.FromMinutes(1), Look = TimeSpan.FromSeconds(1);

    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly Verdict _verdict = new();
    private int _troubles;

    /// <summary>Runs it, and says what it found.</summary>
    public async Task<Verdict> RunAsync()
    {
        using var folder = new TemporaryFolder();
        var cameras = Enumerable.Range(0, Cameras).Select(i => new TroubledCamera($"cam{i + 1}", seed + i, SayTrouble)).ToList();
        var port = FreePort.Find();
        TinyModel.Write(folder["tiny.onnx"], TinyModel.Card());
        File.WriteAllText(folder["soak.yaml"], Yaml(cameras, port));
        using var program = new ProgramChild(folder.Path, "run", "soak.yaml", "--report", "report.json");
        using var end = new CancellationTokenSource();
        try
        {
            var watching = ScrapeAsync(port, end.Token);
            await RunsAsync(folder, cameras);
            await SufferAsync(program, cameras, First - Elapsed);
            var early = await CalmAsync(program, folder, cameras, "after the first minute");
            await SufferAsync(program, cameras, length - Elapsed);
            var late = await CalmAsync(program, folder, cameras, "at the end");
            await end.CancelAsync();
            _verdict.Add("scrapes of /metrics", $"{await watching}", await watching > 0);
            Compare(early, late);
            await FinishAsync(program, folder);
        }
        catch (Exception failure) when (failure is TimeoutException or InvalidOperationException or IOException)
        {
            _verdict.Add("the run", failure.Message, holds: false);
        }
        foreach (var camera in cameras) camera.Dispose();
        return _verdict;
    }

    private TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_start);

    private static string Yaml(IEnumerable<TroubledCamera> cameras, int port) => $$"""
        version: 1
        http: { listen: "127.0.0.1:{{port}}" }
        streams:
          {{string.Join("\n  ", cameras.Select(c => $"{c.Name}: {{ url: \"{c.Url}\" }}"))}}
        models:
          tiny: { path: tiny.onnx, threads: 1, batch: { max: 4, wait_ms: 2 } }
        sources:
          cam: { type: rtsp, url: "${stream.url}", stall_timeout_ms: 3000, connect_timeout_ms: 5000, reconnect: { min_ms: 100, max_ms: 2000 } }
        stages:
          picture: { type: decode, from: cam, threads: 1 }
          small: { type: resize, from: picture, model: tiny }
          logits: { type: infer, from: small, model: tiny }
          labels: { type: vim_upsample, from: logits, like: picture }
          overlay: { type: colorize, from: [picture, labels], when_missing: hold }
          video: { type: encode, from: overlay, preset: ultrafast, threads: 1, keyframe_interval_ms: 1000 }
        sinks:
          stats: { type: class_stats, from: labels, path: "out/${stream.id}.jsonl" }
          film: { type: video_file, from: video, path: "out/${stream.id}.mkv" }
          record: { type: video_file, from: cam, path: "out/record/${stream.id}.mp4", segment_seconds: 10, keep_segments: 3 }
          watch: { type: hls, from: video, path: "out/watch/${stream.id}" }
        """;

    private async Task SufferAsync(ProgramChild program, IReadOnlyList<TroubledCamera> cameras, TimeSpan time)
    {
        using var stop = new CancellationTokenSource(time > TimeSpan.Zero ? time : TimeSpan.Zero);
        await Task.WhenAll(cameras.Select(c => c.SufferAsync(program.Id, stop.Token)));
    }

    /// <summary>Waits until every camera runs smoothly, then reads the vital signs for a while.</summary>
    private async Task<Vitals> CalmAsync(ProgramChild program, TemporaryFolder folder, IReadOnlyList<TroubledCamera> cameras, string when)
    {
        await RunsAsync(folder, cameras);
        var readings = new List<Vitals>();
        for (var i = 0; i < Readings; i++)
        {
            await Task.Delay(Look);
            readings.Add(Vitals.Of(program.Id));
        }
        var vitals = Vitals.Least(readings);
        Say($"{when}: {Mebibytes(vitals.ResidentBytes)} MiB resident, {vitals.Threads} threads, {vitals.Handles.Values.Sum()} handles, {vitals.Processes} processes");
        return vitals;
    }

    /// <summary>Waits until each camera's records have grown in every one of five seconds.</summary>
    private static async Task RunsAsync(TemporaryFolder folder, IReadOnlyList<TroubledCamera> cameras)
    {
        var since = TimeProvider.System.GetTimestamp();
        var last = new long[cameras.Count];
        for (var smooth = 0; smooth < 5;)
        {
            if (TimeProvider.System.GetElapsedTime(since) > Patience) throw new TimeoutException("A camera that is well again does not run.");
            await Task.Delay(Look);
            var now = cameras.Select(c => new FileInfo(folder[$"out/{c.Name}.jsonl"]) is { Exists: true, Length: var bytes } ? bytes : 0).ToArray();
            smooth = now.Zip(last).All(p => p.First > p.Second) ? smooth + 1 : 0;
            last = now;
        }
    }

    private void Compare(Vitals early, Vitals late)
    {
        var growth = (double)late.ResidentBytes / early.ResidentBytes;
        _verdict.Add("troubles", $"{_troubles}", _troubles > 0);
        _verdict.Add("resident memory", string.Create(CultureInfo.InvariantCulture,
            $"{Mebibytes(early.ResidentBytes)} → {Mebibytes(late.ResidentBytes)} MiB ({100 * (growth - 1):+0.0;-0.0} %, at most +5 %)"), growth <= MostGrowth);
        _verdict.Add("threads", $"{early.Threads} → {late.Threads}", late.Threads <= early.Threads);
        var (before, after) = (early.Handles.Values.Sum(), late.Handles.Values.Sum());
        var more = late.Handles.Where(h => h.Value > early.Handles.GetValueOrDefault(h.Key)).Select(h => $"{h.Key} {early.Handles.GetValueOrDefault(h.Key)} → {h.Value}");
        _verdict.Add("file handles", $"{before} → {after}{(after > before ? $": {string.Join(", ", more)}" : "")}", after <= before);
        _verdict.Add("processes", $"{early.Processes} → {late.Processes}", late.Processes <= early.Processes);
    }

    private async Task FinishAsync(ProgramChild program, TemporaryFolder folder)
    {
        var children = RunningProcesses.Below(program.Id);
        program.Signal(Terminate);
        var result = await program.EndAsync();
        _verdict.Add("exit code", $"{result.Code}", result.Code == 0);
        if (result.Code != 0) Console.Error.WriteLine(result.Error);
        await RunningProcesses.EndAsync(children);
        _verdict.Add("processes left", "0", holds: true);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(folder["report.json"]));
        var pipeline = report.RootElement.GetProperty("pipelines")[0];
        _verdict.Add("frame pool", $"{Mebibytes(pipeline.GetProperty("pool_peak_bytes").GetInt64())} MiB at most", holds: true);
        var unbalanced = pipeline.GetProperty("unbalanced").EnumerateArray().Select(e => e.GetString()).ToList();
        _verdict.Add("ledger", unbalanced.Count == 0 ? "balanced" : string.Join("; ", unbalanced), unbalanced.Count == 0);
        var partial = Directory.GetFiles(folder.Path, "*.partial", SearchOption.AllDirectories);
        _verdict.Add("unfinished files", $"{partial.Length}", partial.Length == 0);
        foreach (var file in partial) Console.Error.WriteLine($"unfinished: {Path.GetRelativePath(folder.Path, file)}, {new FileInfo(file).Length} bytes");
        foreach (var line in result.Error.Split('\n').Where(line => line.Contains("stays unfinished", StringComparison.Ordinal))) Console.Error.WriteLine(line);
    }

    /// <summary>Reads the metrics every few seconds, as Prometheus does; gives how often that worked.</summary>
    private static async Task<int> ScrapeAsync(int port, CancellationToken end)
    {
        using var client = new HttpClient();
        var scrapes = 0;
        while (!end.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(5 * Look, end);
                scrapes += (await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), end)).Length > 0 ? 1 : 0;
            }
            catch (Exception missed) when (missed is HttpRequestException or OperationCanceledException)
            {
                // Before the program listens, or after the end.
            }
        }
        return scrapes;
    }

    private static string Mebibytes(long bytes) => (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture);

    private void SayTrouble(string line)
    {
        Interlocked.Increment(ref _troubles);
        Say(line);
    }

    private void Say(string line) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds,6:0.0} s  {line}"));
}
