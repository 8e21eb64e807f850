using System.Net;
using System.Text.Json;
using SegPipe.Pictures;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Http;

public sealed class PreviewTests
{
    private const string Base = "pipelines/shown/preview/shown/", Graph = "pipelines/shown/graph?format=json";

    [Fact]
    public async Task What_flows_is_shown_in_the_size_that_a_preview_sink_says()
    {
        using var folder = new TemporaryFolder();
        Shown(folder.Path);
        using var run = await ServedRun.StartAsync(folder.Path, "shown.yaml");
        await run.UntilAsync("readyz", body => body.Contains("\"ok\"", StringComparison.Ordinal));

        var original = Png(await run.BytesAsync(Base + "scene.picture.png"));
        var mask = Png(await run.BytesAsync(Base + "scene.labels.png"));
        File.WriteAllBytes(folder["it.jpg"], await run.BytesAsync(Base + "scene.picture.jpg"));

        Assert.Equal((96, 48), (original.Width, original.Height));
        Assert.Equal((128, 64), (mask.Width, mask.Height));
        Assert.Equal("mjpeg,96,48", Tool.Ffprobe("-show_entries stream=codec_name,width,height -of csv=p=0", folder["it.jpg"])[0]);
        var colors = Palette.Load("cityscapes").Rgb.ToHashSet();
        Assert.All(Enumerable.Range(0, mask.Samples.Length / 3), i => Assert.Contains((mask.Samples[3 * i], mask.Samples[3 * i + 1], mask.Samples[3 * i + 2]), colors));
    }

    [Fact]
    public async Task Who_has_seen_a_picture_gets_the_next_one()
    {
        using var folder = new TemporaryFolder();
        Shown(folder.Path);
        using var run = await ServedRun.StartAsync(folder.Path, "shown.yaml");
        await run.UntilAsync("readyz", body => body.Contains("\"ok\"", StringComparison.Ordinal));

        var first = await NumberAsync(run, 0);
        var second = await NumberAsync(run, first);

        Assert.Equal((1, 2), (first, second));
    }

    [Fact]
    public async Task Nothing_is_copied_while_nobody_asks()
    {
        using var folder = new TemporaryFolder();
        Shown(folder.Path);
        using var run = await ServedRun.StartAsync(folder.Path, "shown.yaml");
        await run.UntilAsync("readyz", body => body.Contains("\"ok\"", StringComparison.Ordinal));

        var first = await NumberAsync(run);
        var frames = Frames(await run.GetAsync(Graph));
        await run.UntilAsync(Graph, body => Frames(body) > frames + 100);
        var second = await NumberAsync(run);

        Assert.Equal(first + 1, second);
    }

    [Theory]
    [InlineData("pipelines/other/preview/shown/scene.picture.jpg", "shown")]
    [InlineData("pipelines/shown/preview/side/scene.picture.jpg", "shown")]
    [InlineData("pipelines/shown/preview/shown/scene.jpg", "scene.picture.jpg")]
    [InlineData("pipelines/shown/preview/shown/scene.picture.gif", "scene.picture.jpg")]
    [InlineData("pipelines/shown/preview/shown/scene.picture.1", "scene.picture.jpg")]
    public async Task What_is_not_there_is_said_with_what_is(string path, string known)
    {
        using var folder = new TemporaryFolder();
        Shown(folder.Path);
        using var run = await ServedRun.StartAsync(folder.Path, "shown.yaml");
        await run.UntilAsync("readyz", body => body.Contains("\"ok\"", StringComparison.Ordinal));

        var (status, body) = await run.SendAsync(HttpMethod.Get, path);

        Assert.Equal(404, status);
        var answer = JsonDocument.Parse(body).RootElement;
        Assert.Contains("there is no ", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains(answer.GetProperty("known").EnumerateArray(), k => k.GetString() == known);
    }

    [Fact]
    public async Task A_preview_without_http_is_warned_of()
    {
        using var folder = new TemporaryFolder();
        SmallPipelines.Write(folder.Path, "unseen.yaml", """
            version: 1
            sources: { scene: { type: street, width: 64, height: 32, frames: 1 } }
            sinks: { window: { type: preview, from: scene.picture } }
            """);

        var check = await ProgramChild.RunAsync(folder.Path, "validate", "unseen.yaml");

        Assert.Contains("SP2007", check.Expect(ExitCode.Done).Out, StringComparison.Ordinal);
    }

    private static void Shown(string folder) => SmallPipelines.Write(folder, "shown.yaml", """
        version: 1
        sources: { scene: { type: street, width: 128, height: 64, frames: 1000000 } }
        sinks:
          window: { type: preview, from: scene.picture, max_width: 96, max_fps: 25 }
          gone: { type: null, from: scene.labels }
        http: { listen: "127.0.0.1:0" }
        """);

    private static PngImage Png(byte[] file) => PngReader.Decode(file, "preview");

    private static long Frames(string graph) =>
        JsonDocument.Parse(graph).RootElement.GetProperty("streams")[0].GetProperty("components")[0].GetProperty("frames").GetInt64();

    private static async Task<int> NumberAsync(ServedRun run, int? after = null)
    {
        while (true)
        {
            using var answer = await run.AnswerAsync($"{Base}scene.picture.jpg{(after is null ? "" : $"?after={after}")}");
            // A busy machine may have had no frame yet.
            if (answer.StatusCode != HttpStatusCode.NoContent) return int.Parse(answer.Headers.GetValues("X-Preview-Number").Single());
        }
    }
}
