using System.Text;
using System.Text.Json;
using SegPipe.Host.Tests.Http;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Running;

/// <summary>The built program with two streams, <c>front</c> and <c>rear</c>, and the file that it can be told to read again.</summary>
internal sealed class ReloadedRun : IDisposable
{
    private const int HangUp = 1;
    private readonly TemporaryFolder _folder = new();
    private ServedRun? _run;
    private int _reloads;

    public string this[string name] => _folder[name];

    public string Folder => _folder.Path;

    public ServedRun Served => _run!;

    public ProgramChild Program => Served.Program;

    /// <summary>Writes the file: both streams play a clip of four seconds, <c>front</c> once, <c>rear</c> until it is stopped.</summary>
    /// <param name="rear">Threads that <c>rear</c> decodes with: nothing that its frames tell.</param>
    /// <param name="more">Further streams, in flow style.</param>
    /// <param name="top">Further entries at the top.</param>
    /// <param name="listen">Where it is served.</param>
    public void Write(int rear = 1, string more = "", string top = "", string listen = "127.0.0.1:0") => File.WriteAllText(this["p.yaml"], $$"""
        version: 1
        streams: { front: { loop: false, threads: 1 }, rear: { loop: true, threads: {{rear}} }{{more}} }
        sources:
          clip: { type: video_file, path: clip.mp4, pace: realtime, loop: "${stream.loop}" }
        stages:
          picture: { type: decode, from: clip, threads: "${stream.threads}" }
        sinks:
          sums: { type: checksum, from: picture, path: "${stream.id}.md5" }
          film: { type: video_file, from: clip, path: "${stream.id}.mkv" }
        http: { listen: "{{listen}}" }
        {{top}}
        """);

    /// <summary>Starts it and waits until frames of both streams are written.</summary>
    public async Task StartAsync()
    {
        TestClips.Write(this["clip.mp4"], "-c:v libx264 -preset ultrafast", "s=64x48:r=25:d=4");
        await StartAsync("p.yaml");
        await WrittenAsync("front", 5);
        await WrittenAsync("rear", 5);
    }

    /// <summary>Starts the program with a file and waits until it serves.</summary>
    public async Task StartAsync(params string[] arguments) => _run = await ServedRun.StartAsync(Folder, arguments);

    /// <summary>Hangs up and waits for what becomes of it.</summary>
    public async Task<JsonElement> ReloadAsync()
    {
        Program.Signal(HangUp);
        return await ReloadedAsync();
    }

    /// <summary>Waits for the end of the next reload.</summary>
    public async Task<JsonElement> ReloadedAsync()
    {
        var wanted = ++_reloads;
        var body = await Served.UntilAsync("reload", b => Last(b).GetProperty("number").GetInt32() >= wanted);
        return Last(body);
    }

    /// <summary>Waits until a stream's sink has so many frames.</summary>
    public async Task WrittenAsync(string stream, int frames, string sink = "sums") =>
        await Served.UntilAsync("pipelines/p/graph?format=json", body => Frames(body, stream, sink) >= frames);

    /// <summary>The sums of a file, in its order.</summary>
    public string[] Sums(string name) => SumsOf(File.ReadLines(this[name]));

    /// <summary>What FFmpeg makes of the clip.</summary>
    public string[] SumsOfClip() => SumsOf(Encoding.UTF8.GetString(Tool.Ffmpeg("-i", this["clip.mp4"], "-f", "framemd5", "-")).Split('\n'));

    public void Dispose()
    {
        _run?.Dispose();
        _folder.Dispose();
    }

    private static string[] SumsOf(IEnumerable<string> lines) => [.. lines.Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.Split(',')[^1].Trim())];

    private static JsonElement Last(string body) => JsonDocument.Parse(body).RootElement.GetProperty("last");

    private static long Frames(string body, string stream, string sink)
    {
        if (!body.StartsWith('{')) return -1;
        var streams = JsonDocument.Parse(body).RootElement.GetProperty("streams").EnumerateArray();
        return streams.Where(s => s.GetProperty("id").GetString() == stream).SelectMany(s => s.GetProperty("components").EnumerateArray())
            .Where(c => c.GetProperty("id").GetString() == sink).Select(c => c.GetProperty("frames").GetInt64()).FirstOrDefault(-1);
    }
}
