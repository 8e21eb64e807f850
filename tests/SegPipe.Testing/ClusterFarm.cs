using System.Globalization;

namespace SegPipe.Testing;

/// <summary>A broker's virtual host, a shared folder with numbered videos, and workers as processes of their own.</summary>
public sealed class ClusterFarm : IDisposable
{
    private const int Terminate = 15, Kill = 9, Stop = 19, Continue = 18, PicturesOfKey = 25;

    private readonly TemporaryFolder _folder = new();
    private readonly RabbitMqBroker _broker;
    private readonly string _virtualHost;
    private readonly Dictionary<string, string> _environment;
    private readonly List<ProgramChild> _workers = [], _ended = [];
    private readonly HashSet<string> _poison = [];

    /// <param name="broker">The broker.</param>
    /// <param name="port">That of a proxy before it, or null.</param>
    public ClusterFarm(RabbitMqBroker broker, int? port = null)
    {
        (_broker, _virtualHost) = (broker, broker.AddVirtualHost());
        _environment = new() { ["SEGPIPE_BROKER"] = broker.Uri(_virtualHost, port) };
        Directory.CreateDirectory(_folder["in"]);
        File.WriteAllText(_folder["copy.yaml"], """
            version: 1
            sources: { drive: { type: video_file, path: "${input.path}", stall_timeout_ms: 300000 } }
            stages:
              picture: { type: decode, from: drive, threads: 1, stall_timeout_ms: 300000 }
              video: { type: encode, from: picture, preset: ultrafast, threads: 1, stall_timeout_ms: 300000 }
            sinks:
              film: { type: video_file, from: video, path: "${output.dir}/${input.stem}.mp4" }
              sums: { type: checksum, from: picture, path: "${output.dir}/${input.stem}.md5" }
            """);
    }

    /// <summary>How long a batch may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Name of the folder of the outputs, below the farm's.</summary>
    public string OutName { get; set; } = "out";

    /// <summary>Folder of the outputs.</summary>
    public string Out => _folder[OutName];

    /// <summary>Number of videos.</summary>
    public int Videos => Directory.GetFiles(_folder["in"]).Length;

    /// <summary>Folder of the outputs of an undisturbed run on one machine.</summary>
    public string Undisturbed => _folder["alone"];

    /// <summary>Its workers that run.</summary>
    public IReadOnlyList<ProgramChild> Workers => _workers;

    /// <summary>The variables that name the broker.</summary>
    public IReadOnlyDictionary<string, string> Environment => _environment;

    /// <summary>A path in the farm's folder.</summary>
    public string this[string name] => _folder[name];

    /// <summary>Writes a video whose pictures carry their numbers, cut into segments of one second.</summary>
    public void AddVideo(string name, int pictures) => NumberedVideo.Write(_folder[$"in/{name}.mp4"], pictures);

    /// <summary>Writes a video of 200 pictures whose fifth second no worker that is added from now on can make.</summary>
    public void AddPoison(string name)
    {
        _environment["SEGPIPE_FFMPEG"] = FakeFfmpeg.Write(Directory.CreateDirectory(_folder["fake"]).FullName, "encode", "chokes", NumberedVideo.PoisonBytes);
        _poison.Add(_folder[$"in/{name}.ts"]);
        NumberedVideo.WritePoison(_folder[$"in/{name}.ts"], 100, 25, 75);
    }

    /// <summary>Runs a command beside the workers.</summary>
    public async Task<CliResult> CliAsync(params string[] arguments)
    {
        using var child = new ProgramChild(_folder.Path, _environment, arguments);
        return await child.EndAsync();
    }

    /// <summary>Starts a worker.</summary>
    public ProgramChild AddWorker(params string[] further)
    {
        var worker = new ProgramChild(_folder.Path, _environment, ["worker", "--allow", _folder.Path, .. further]);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Submits all videos.</summary>
    public async Task SubmitAsync(params string[] further)
    {
        using var submit = new ProgramChild(_folder.Path, _environment, ["submit", "copy.yaml", "in", "--out", OutName, "--segment-frames", PicturesOfKey.ToString(CultureInfo.InvariantCulture), .. further]);
        (await submit.EndAsync()).Expect(ExitCode.Done);
    }

    /// <summary>Runs all videos on this machine without a broker, to compare with.</summary>
    public async Task RunAloneAsync(params string[] further) =>
        (await ProgramChild.RunAsync(_folder.Path, ["batch", "run", "copy.yaml", "in", "--out", "alone", "--segment-frames", PicturesOfKey.ToString(CultureInfo.InvariantCulture), .. further])).Expect(ExitCode.Done);

    /// <summary>Removes all outputs, and what ended workers have said.</summary>
    public void Clear()
    {
        if (Directory.Exists(Out)) Directory.Delete(Out, recursive: true);
        foreach (var worker in _ended) worker.Dispose();
        _ended.Clear();
    }

    /// <summary>The segments that a worker says it works on, as paths of their folders.</summary>
    public IReadOnlyList<string> ClaimedBy(ProgramChild worker)
    {
        var claims = Path.Combine(Out, ".segpipe/claims");
        var mark = string.Create(CultureInfo.InvariantCulture, $"-{worker.Id}-");
        return !Directory.Exists(claims) ? [] :
        [
            .. from file in Directory.GetFiles(claims, "*", SearchOption.AllDirectories)
               where int.TryParse(Path.GetFileName(file), out var part) && part >= 0 && Read(file).Contains(mark, StringComparison.Ordinal)
               select Path.Combine(Out, ".segpipe/jobs", Path.GetFileName(Path.GetDirectoryName(file)!), "seg", int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture).ToString("00000", CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>Whether a segment is committed, or its video is finished.</summary>
    public bool IsCommitted(string segment) =>
        File.Exists(Path.GetFullPath(Path.Combine(segment, "..", "..", "done.json")))
        || Directory.Exists(Path.GetDirectoryName(segment)) && Directory.EnumerateFiles(Path.GetDirectoryName(segment)!, "out.json", SearchOption.AllDirectories).Any(f => f.StartsWith(segment, StringComparison.Ordinal));

    /// <summary>Ends a worker as a power cut would, its children with it.</summary>
    public async Task KillAsync(ProgramChild worker)
    {
        var children = RunningProcesses.Below(worker.Id);
        worker.Signal(Kill);
        foreach (var child in children) RunningProcesses.Kill(child);
        // What one of them forked at that moment is in its group.
        RunningProcesses.Send(children.Select(child => -child), Kill);
        await EndedAsync(worker);
    }

    /// <summary>Asks a worker to end, and gives how it did.</summary>
    public async Task<CliResult> EndAsync(ProgramChild worker)
    {
        worker.Signal(Terminate);
        return await EndedAsync(worker);
    }

    /// <summary>Stops a worker in mid-motion.</summary>
    public static void Freeze(ProgramChild worker) => worker.Signal(Stop);

    /// <summary>Lets it go on.</summary>
    public static void Thaw(ProgramChild worker) => worker.Signal(Continue);

    /// <summary>Stops some of the processes that workers have started.</summary>
    public static void Freeze(IEnumerable<int> children) => RunningProcesses.Send(children, Stop);

    /// <summary>Lets them go on.</summary>
    public static void Thaw(IEnumerable<int> children) => RunningProcesses.Send(children, Continue);

    /// <summary>Segments that are committed now.</summary>
    public int Committed() => Directory.Exists(Out) ? Directory.GetFiles(Out, "out.json", SearchOption.AllDirectories).Length : 0;

    /// <summary>Videos that are finished or were given up.</summary>
    public int Ended() => Jobs("done.json") + Jobs("failed.json");

    /// <summary>Waits until every video is finished or was given up.</summary>
    public async Task DoneAsync()
    {
        var since = TimeProvider.System.GetTimestamp();
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Ended() < Videos)
        {
            if (TimeProvider.System.GetElapsedTime(since) > Patience) throw new TimeoutException($"{Ended()} of {Videos} videos are finished, {Committed()} segments are committed.\n{Said()}\n{string.Join('\n', _broker.Queues(_virtualHost))}");
            await look.WaitForNextTickAsync();
        }
    }

    /// <summary>Messages in a queue, by the end of its name.</summary>
    public int Depth(string queue) => _broker.Queues(_virtualHost).Single(q => q.Key.EndsWith(queue, StringComparison.Ordinal)).Value;

    /// <summary>Whether no queue holds anything but the turn that goes round.</summary>
    public bool IsEmpty() => _broker.Queues(_virtualHost).Where(q => !q.Key.Contains("reconcile", StringComparison.Ordinal)).All(q => q.Value == 0);

    /// <summary>What is wrong about the outputs: pictures missing, doubled or out of order, bytes that an undisturbed run did not give.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        foreach (var input in Directory.GetFiles(_folder["in"]).Except(_poison))
        {
            var name = Path.GetFileName(input);
            var (film, alone) = (Path.Combine(Out, name), Path.Combine(Undisturbed, name));
            if (!File.Exists(film))
            {
                faults.Add($"{name} is missing");
                continue;
            }
            if (!NumberedVideo.Read(film).SequenceEqual(NumberedVideo.Read(input))) faults.Add($"{name}: pictures are missing, doubled or out of order");
            foreach (var extension in (string[])[".mp4", ".md5"])
            {
                if (!File.ReadAllBytes(Path.ChangeExtension(film, extension)).SequenceEqual(File.ReadAllBytes(Path.ChangeExtension(alone, extension)))) faults.Add($"{Path.ChangeExtension(name, extension)} has other bytes than an undisturbed run gives");
            }
        }
        return faults;
    }

    /// <summary>Everything that workers have said.</summary>
    public string Said() => string.Join('\n', _workers.Concat(_ended).Select(w => w.Said));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var worker in _workers.Concat(_ended)) worker.Dispose();
        _folder.Dispose();
    }

    private async Task<CliResult> EndedAsync(ProgramChild worker)
    {
        _workers.Remove(worker);
        _ended.Add(worker);
        return await worker.EndAsync();
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private int Jobs(string mark) => Directory.Exists(Path.Combine(Out, ".segpipe/jobs")) ? Directory.GetFiles(Path.Combine(Out, ".segpipe/jobs"), mark, SearchOption.AllDirectories).Length : 0;
}
