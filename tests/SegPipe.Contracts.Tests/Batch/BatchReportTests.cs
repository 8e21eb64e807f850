using System.Text.Json;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Batch;

public sealed class BatchReportTests : IDisposable
{
    private readonly BatchPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Report_tells_what_was_seen_when_and_what_failed()
    {
        TestClips.Write(_place["drive.mp4"], "-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p", "s=128x64:r=25:d=7");
        File.WriteAllText(_place["broken <&>.mp4"], "no video");
        var pipeline = _place.Segmenter("""
            masks: { type: class_stats, from: labels, path: "${output.dir}/${input.stem}.jsonl" }
            """);
        (await _place.RunAsync("run", pipeline, "drive.mp4", "broken <&>.mp4", "--out", "out", "--segment-frames", "60")).Expect(ExitCode.InputUnusable);

        (await _place.RunAsync("report", "out", "--json", "report.json", "--html", "report.html")).Expect(ExitCode.Done);

        var report = JsonDocument.Parse(File.ReadAllText(_place["report.json"])).RootElement;
        Assert.Equal(2, report.GetProperty("totals").GetProperty("files").GetInt32());
        Assert.Equal(175, report.GetProperty("totals").GetProperty("pictures").GetInt64());
        var drive = report.GetProperty("files")[0];
        // One sample a second, however the video was cut; small pictures every five.
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], drive.GetProperty("samples").GetProperty("samples").EnumerateArray().Select(s => s.GetProperty("t").GetDouble()));
        Assert.Equal([0, 5], drive.GetProperty("samples").GetProperty("thumbnails").EnumerateArray().Select(s => s.GetProperty("t").GetDouble()));
        Assert.InRange(drive.GetProperty("classes").EnumerateArray().Sum(c => c.GetProperty("share").GetDouble()), 0.99, 1.01);
        var line = JsonDocument.Parse(File.ReadLines(_place["out/drive.jsonl"]).First()).RootElement.GetProperty("shares");
        var first = drive.GetProperty("samples").GetProperty("samples")[0].GetProperty("shares").EnumerateArray().Select(s => s.GetDouble());
        Assert.Equal(line.EnumerateObject().Select(p => Math.Round(p.Value.GetDouble(), 4)), first);
        IsOnePage(File.ReadAllText(_place["report.html"]));
    }

    [Fact]
    public async Task Report_of_a_batch_that_is_not_done_says_what_is_left()
    {
        _place.Video("a.mp4", 10);
        File.WriteAllText(_place["b.mp4"], "no video");
        (await _place.RunAsync("run", _place.Transcoder(), "a.mp4", "b.mp4", "--out", "out")).Expect(ExitCode.InputUnusable);
        File.Delete(_place.State("failed.json").Single());

        var report = (await _place.RunAsync("report", "out")).Expect(ExitCode.Done);
        (await _place.RunAsync("report", "out", "--html", "page.html")).Expect(ExitCode.Done);

        Assert.Equal(1, JsonDocument.Parse(report.Out).RootElement.GetProperty("totals").GetProperty("done").GetInt32());
        Assert.Contains("Still to do", File.ReadAllText(_place["page.html"]));
        (await _place.RunAsync("report", "out", "--html", "missing/page.html")).Fails(ExitCode.CannotCreate, "The report missing/page.html cannot be written");
    }

    [Fact]
    public async Task Status_lists_the_files_and_counts_them()
    {
        _place.Video("a.mp4", 10);
        File.WriteAllText(_place["b.mp4"], "no video");
        (await _place.RunAsync("run", _place.Transcoder(), "a.mp4", "b.mp4", "--out", "out")).Expect(ExitCode.InputUnusable);

        var lines = (await _place.RunAsync("status", "out")).Expect(ExitCode.Done).Out.Split('\n');

        Assert.Equal("a.mp4  done         1/1     10/10", lines[1]);
        Assert.StartsWith("b.mp4  failed         -         -  The input ", lines[2], StringComparison.Ordinal);
        Assert.Equal("1 of 2 files done, 1 failed; 1 of 1 planned segments; no run is at work", lines[3]);
    }

    private static void IsOnePage(string html)
    {
        Assert.Contains("<svg", html);
        Assert.Equal(2, html.Split("src=\"data:image/jpeg;base64,/9j/").Length - 1);
        Assert.Contains("broken &lt;&amp;&gt;.mp4", html);
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("http", html);
    }
}
