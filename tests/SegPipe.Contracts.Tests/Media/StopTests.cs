using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Media;

public sealed class StopTests
{
    [Fact]
    public async Task An_abort_at_any_moment_leaves_a_balanced_ledger_and_no_file()
    {
        const int seed = 77;
        var random = new Random(seed);
        using var clips = new TemporaryFolder();
        var clip = TestClips.Write(clips["in.mp4"], "-c:v libx264 -bf 2", "s=320x240:r=25:d=20");
        for (var round = 0; round < 8; round++)
        {
            using var run = new MediaRun { Abort = TimeSpan.FromMilliseconds(random.Next(0, 1200)) };

            var report = await run.TranscodeAsync(clip, run["out.mp4"]);

            Assert.True(report.Result is "aborted" or "done", $"seed {seed}, round {round}: {report.Error}");
            Assert.Equal(report.Result == "done" ? ["out.mp4"] : [], Directory.EnumerateFiles(run.Folder).Select(Path.GetFileName));
        }
    }

    [Fact]
    public async Task A_stop_finishes_the_file_with_what_was_decoded()
    {
        using var clips = new TemporaryFolder();
        var clip = TestClips.Write(clips["in.mp4"], "-c:v libx264 -bf 2", "s=320x240:r=25:d=2");
        using var run = new MediaRun { SourceOptions = ", loop: true", Stop = TimeSpan.FromSeconds(2) };

        var report = await run.TranscodeAsync(clip, run["out.mp4"]);

        Assert.Equal((null, "stopped"), (report.Error, report.Result));
        var decoded = report.Streams[0].Components.Single(c => c.Id == "picture").Emitted[0];
        Assert.Equal(decoded, MediaRun.Times(run["out.mp4"]).Pts.Length);
    }

    [Fact]
    public async Task Damaged_packets_are_counted_and_the_rest_keeps_its_times()
    {
        using var run = new MediaRun();
        TestClips.Write(run["in.mkv"], "-c:v png", "s=64x48:r=25:d=1");
        var bytes = File.ReadAllBytes(run["in.mkv"]);
        // A picture without its signature is one that the decoder cannot use; FFmpeg takes the next one for its rest.
        var at = 0;
        for (var picture = 0; picture < 6; picture++)
            at += bytes.AsSpan(at + 1).IndexOf("PNG\r\n"u8) + 1;
        bytes.AsSpan(at, 8).Clear();
        File.WriteAllBytes(run["in.mkv"], bytes);

        var report = await run.TranscodeAsync(run["in.mkv"], run["out.mkv"]);

        Assert.Equal((null, ExitCode.Done), (report.Error, report.ExitCode));
        var pts = MediaRun.Times(run["out.mkv"]).Pts;
        Assert.Equal(Enumerable.Range(0, 25).Where(i => i is not (5 or 6)).Select(i => i * 40L), pts);
        Assert.Equal(1, report.Streams[0].Components.Single(c => c.Id == "picture").Lost);
    }
}
