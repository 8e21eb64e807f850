using SegPipe.Configuration;
using SegPipe.Runtime;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Media;

public sealed class FailureTests
{
    private const string Clip = "-c:v libx264 -bf 2";
    private const string Long = "s=320x240:r=25:d=8";

    [Theory]
    [InlineData("cut.mp4", "-movflags +faststart -c:v libx264", "frames are there")]
    [InlineData("cut.mkv", "-c:v libx264", "is cut off")]
    [InlineData("cut.avi", "-c:v mpeg4", "frames are there")]
    public async Task A_truncated_file_is_told_from_a_whole_one(string name, string arguments, string part)
    {
        using var run = new MediaRun();
        TestClips.Write(run["whole" + Path.GetExtension(name)], arguments, "s=320x240:r=25:d=2");
        var bytes = File.ReadAllBytes(run["whole" + Path.GetExtension(name)]);
        File.WriteAllBytes(run[name], bytes[..(bytes.Length * 6 / 10)]);

        var report = await run.TranscodeAsync(run[name], run["out.mp4"]);

        Assert.Equal(ExitCode.InputUnusable, report.ExitCode);
        Assert.StartsWith($"The input {run[name]} is cut off: ", report.Error, StringComparison.Ordinal);
        Assert.Contains(part, report.Error);
        NothingWritten(run);
    }

    [Theory]
    [InlineData("fetch", "dies", 20000, "signal 9")]
    [InlineData("decode", "dies", 2000000, "signal 9")]
    [InlineData("encode", "dies", 5000, "signal 9")]
    [InlineData("mux", "dies", 5000, "signal 9")]
    [InlineData("fetch", "exits", 3, "Cannot do that")]
    [InlineData("decode", "exits", 3, "Cannot do that")]
    [InlineData("encode", "exits", 3, "Cannot do that")]
    [InlineData("mux", "exits", 3, "Cannot do that")]
    [InlineData("decode", "magic", 0, "identifier of a NUT stream is missing")]
    [InlineData("encode", "magic", 0, "identifier of a NUT stream is missing")]
    [InlineData("decode", "ends", 2000000, "")]
    [InlineData("encode", "ends", 5000, "")]
    [InlineData("encode", "swallows", 0, "gave no output")]
    [InlineData("mux", "swallows", 0, "cannot be read back")]
    public async Task A_child_that_fails_ends_the_run_with_its_role_and_leaves_nothing(string role, string behaviour, long number, string part)
    {
        using var fake = new TemporaryFolder();
        using var run = new MediaRun { Ffmpeg = FakeFfmpeg.Write(fake.Path, role, behaviour, number) };
        TestClips.Write(run["in.mp4"], Clip, Long);

        var (error, code) = await FailAsync(run);

        Assert.Contains(role, error);
        Assert.Contains(part, error);
        Assert.Contains(code, new[] { ExitCode.PipelineFailed, ExitCode.InputUnusable });
        Assert.DoesNotContain('\n', error);
        NothingWritten(run);
    }

    [Fact]
    public async Task A_flood_of_messages_hinders_nothing()
    {
        using var fake = new TemporaryFolder();
        using var run = new MediaRun { Ffmpeg = FakeFfmpeg.Write(fake.Path, "decode", "floods", 20000) };
        TestClips.Write(run["in.mp4"], Clip);

        var report = await run.TranscodeAsync(run["in.mp4"], run["out.mp4"]);

        Assert.Equal((null, ExitCode.Done), (report.Error, report.ExitCode));
        Assert.Equal(25, MediaRun.Times(run["out.mp4"]).Pts.Length);
    }

    [Theory]
    [InlineData("fetch")]
    [InlineData("decode")]
    [InlineData("encode")]
    [InlineData("mux")]
    public async Task An_abort_ends_a_run_whose_child_stalls(string role)
    {
        using var fake = new TemporaryFolder();
        using var run = new MediaRun { Ffmpeg = FakeFfmpeg.Write(fake.Path, role, "stalls", 5000), Abort = TimeSpan.FromSeconds(2) };
        TestClips.Write(run["in.mp4"], Clip, Long);

        var report = await run.TranscodeAsync(run["in.mp4"], run["out.mp4"]);

        Assert.Equal("aborted", report.Result);
        NothingWritten(run);
    }

    [SkippableFact]
    public async Task A_full_disk_is_told_and_nothing_is_left()
    {
        using var disk = new TemporaryFolder();
        try
        {
            Tool.Run("mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk.Path);
        }
        catch (InvalidOperationException refused)
        {
            Skip.If(true, $"a small file system cannot be mounted here: {refused.Message}");
        }
        try
        {
            using var run = new MediaRun { EncodeOptions = ", preset: ultrafast, crf: 1" };
            TestClips.Write(run["in.mp4"], Clip, Long);

            var report = await run.TranscodeAsync(run["in.mp4"], disk["out.mp4"]);

            Assert.Equal(ExitCode.IoError, report.ExitCode);
            Assert.Equal($"The disk is full: {disk["out.mp4"]} could not be written.", report.Error);
            Assert.Empty(Directory.EnumerateFiles(disk.Path));
        }
        finally
        {
            Tool.Run("umount", disk.Path);
        }
    }

    [Fact]
    public async Task An_output_that_cannot_be_created_is_told()
    {
        using var run = new MediaRun();
        TestClips.Write(run["in.mp4"], Clip);
        File.WriteAllText(run["file"], "");

        var report = await run.TranscodeAsync(run["in.mp4"], run["file/out.mp4"]);

        Assert.Equal(ExitCode.CannotCreate, report.ExitCode);
        Assert.Contains("cannot be created", report.Error);
    }

    [Fact]
    public async Task An_older_output_stays_until_the_new_one_is_complete()
    {
        using var fake = new TemporaryFolder();
        using var run = new MediaRun { Ffmpeg = FakeFfmpeg.Write(fake.Path, "encode", "dies", 5000) };
        TestClips.Write(run["in.mp4"], Clip, Long);
        File.WriteAllText(run["out.mp4"], "older");

        await FailAsync(run);

        Assert.Equal("older", File.ReadAllText(run["out.mp4"]));
    }

    [Fact]
    public async Task The_report_knows_what_each_child_used()
    {
        using var run = new MediaRun();
        TestClips.Write(run["in.mp4"], Clip, Long);

        var report = await run.TranscodeAsync(run["in.mp4"], run["out.mp4"]);

        Assert.Equal(["fetch", "decode", "encode", "mux"], report.Children.Select(c => c.Role));
        Assert.All(report.Children, c => Assert.InRange(c.PeakResidentBytes, 1 << 20, 4L << 30));
        // Only the sum: tests beside this one end children of the same process.
        Assert.InRange(report.Children.Sum(c => c.CpuSeconds), 0.05, 600);
    }

    private static async Task<(string Error, ExitCode Code)> FailAsync(MediaRun run)
    {
        try
        {
            var report = await run.TranscodeAsync(run["in.mp4"], run["out.mp4"]);
            Assert.Equal("failed", report.Result);
            return (report.Error!, report.ExitCode);
        }
        catch (SegPipeException refused)
        {
            return (refused.Message, refused.Code);
        }
    }

    private static void NothingWritten(MediaRun run) =>
        Assert.DoesNotContain(Directory.EnumerateFiles(run.Folder), f => Path.GetFileName(f).StartsWith("out", StringComparison.Ordinal));
}
