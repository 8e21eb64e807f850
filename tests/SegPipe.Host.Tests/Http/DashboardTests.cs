using System.Text.Json;
using System.Text.RegularExpressions;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Http;

public sealed partial class DashboardTests
{
    [Fact]
    public async Task The_page_and_all_that_it_names_come_from_here()
    {
        using var folder = new TemporaryFolder();
        ServedPipelines.Endless(folder.Path);
        using var run = await ServedRun.StartAsync(folder.Path, "endless.yaml");
        await run.UntilAsync("readyz", body => body.Contains("\"ok\"", StringComparison.Ordinal));

        var page = await run.AnswerAsync("");
        var text = await page.Content.ReadAsStringAsync();

        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("//", text.Replace("<!doctype html>", "", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (Match named in Named().Matches(text))
            Assert.True((await run.AnswerAsync(named.Groups[1].Value)).IsSuccessStatusCode, named.Value);
    }

    [Fact]
    public async Task A_file_that_the_browser_has_is_not_sent_again()
    {
        using var folder = new TemporaryFolder();
        ServedPipelines.Endless(folder.Path);
        using var run = await ServedRun.StartAsync(folder.Path, "endless.yaml");

        var tag = (await run.AnswerAsync("dashboard/app.js")).Headers.ETag!.ToString();

        Assert.Equal((304, ""), await run.SendAsync(HttpMethod.Get, "dashboard/app.js", ("If-None-Match", tag)));
    }

    [Fact]
    public async Task A_page_that_had_its_own_name_point_to_this_machine_sees_no_picture()
    {
        using var folder = new TemporaryFolder();
        ServedPipelines.Endless(folder.Path);
        using var run = await ServedRun.StartAsync(folder.Path, "endless.yaml");

        foreach (var path in (string[])["", "dashboard.json", "pipelines/endless/preview/endless/picture.jpg"])
            Assert.Equal(403, (await run.SendAsync(HttpMethod.Get, path, ("Host", "rebound.example"))).Status);
    }

    [Fact]
    public async Task The_numbers_are_those_of_the_graph_and_classes_are_counted_while_they_are_asked_for()
    {
        using var folder = new TemporaryFolder();
        SmallPipelines.Write(folder.Path, "drawn.yaml", """
            version: 1
            sources: { scene: { type: street, width: 128, height: 64, frames: 1000000 } }
            stages: { overlay: { type: colorize, from: [scene.picture, scene.labels], palette: cityscapes } }
            sinks: { gone: { type: null, from: overlay } }
            http: { listen: "127.0.0.1:0" }
            """);
        using var run = await ServedRun.StartAsync(folder.Path, "drawn.yaml");

        var state = JsonDocument.Parse(await run.UntilAsync("dashboard.json", body =>
            body.Contains("\"share\"", StringComparison.Ordinal) && body.Contains("\"frames_per_second\"", StringComparison.Ordinal) && body.Contains("\"p99\"", StringComparison.Ordinal))).RootElement;

        var stream = state.GetProperty("pipelines")[0].GetProperty("streams")[0];
        Assert.Equal("running", stream.GetProperty("state").GetProperty("word").GetString());
        Assert.Equal(["scene", "overlay", "gone"], stream.GetProperty("components").EnumerateArray().Select(c => c.GetProperty("id").GetString()));
        Assert.Equal(
            ["scene.picture original", "scene.labels mask", "overlay overlay"],
            stream.GetProperty("previews").EnumerateArray().Select(p => $"{p.GetProperty("output")} {p.GetProperty("role")}"));
        var classes = stream.GetProperty("classes").EnumerateArray().ToList();
        Assert.Equal(1, classes.Sum(c => c.GetProperty("share").GetDouble()), 4);
        Assert.Contains(classes, c => c.GetProperty("name").GetString() == "road" && c.GetProperty("color").GetString() == "#804080");
    }

    [Fact]
    public async Task An_output_that_nobody_takes_is_told_from_a_camera_that_is_gone()
    {
        using var folder = new TemporaryFolder();
        SmallPipelines.Write(folder.Path, "pushing.yaml", $$"""
            version: 1
            streams: { pushing: { port: {{FreePort.Find()}} } }
            sources: { clip: { type: video_file, path: "{{Cli.InRepository("assets/street.mp4")}}", pace: realtime, loop: true } }
            sinks: { out: { type: rtsp, from: clip, url: "rtsp://127.0.0.1:${stream.port}/push" } }
            http: { listen: "127.0.0.1:0" }
            """);
        using var run = await ServedRun.StartAsync(folder.Path, "pushing.yaml");

        var state = JsonDocument.Parse(await run.UntilAsync("dashboard.json", body => body.Contains("\"degraded\"", StringComparison.Ordinal))).RootElement
            .GetProperty("pipelines")[0].GetProperty("streams")[0].GetProperty("state");

        Assert.Equal("out", state.GetProperty("component").GetString());
        Assert.NotEmpty(state.GetProperty("detail").GetString()!);
    }

    [GeneratedRegex("(?:src|href)=\"(/[^\"]*)\"")]
    private static partial Regex Named();
}
