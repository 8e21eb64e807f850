using SegPipe.Configuration;
using SegPipe.Media;
using SegPipe.Processes;
using SegPipe.Testing;

namespace SegPipe.Core.Tests.Media;

public sealed class FfmpegToolsTests
{
    private static readonly Sandbox Off = Sandbox.Detect(SandboxMode.Off);

    [Theory]
    [InlineData("ffmpeg version 5.1.9-0+deb12u1 Copyright", "-fps_mode")]
    [InlineData("ffmpeg version 5.0.1 Copyright", "-vsync")]
    [InlineData("ffmpeg version 4.4.2 Copyright", "-vsync")]
    [InlineData("ffmpeg version n7.1 Copyright", "-fps_mode")]
    [InlineData("ffmpeg version N-118000-gabcdef Copyright", "-fps_mode")]
    public void Its_version_chooses_the_spelling(string version, string spelling)
    {
        using var folder = new TemporaryFolder();
        var program = Script(folder, $"echo '{version}'");

        Assert.Equal([spelling, "passthrough"], FfmpegTools.Locate(new() { Ffmpeg = program }, Off).PassthroughArguments);
    }

    [Fact]
    public void A_missing_program_is_told_with_the_command_that_installs_it()
    {
        var error = Assert.Throws<SegPipeException>(() => FfmpegTools.Locate(new() { Ffmpeg = "no-such-ffmpeg" }, Off));

        Assert.Equal(ExitCode.Unavailable, error.Code);
        Assert.Equal("FFmpeg was not found.", error.Message);
        Assert.Contains("apt-get install ffmpeg", error.Advice);
        var named = Assert.Throws<SegPipeException>(() => FfmpegTools.Locate(new() { Ffprobe = "/nowhere/ffprobe" }, Off));
        Assert.Equal("ffprobe was not found at /nowhere/ffprobe.", named.Message);
    }

    [Fact]
    public void A_program_that_does_not_start_is_told_with_its_message()
    {
        using var folder = new TemporaryFolder();
        var program = Script(folder, "echo 'error while loading shared libraries: libx' >&2; exit 127");

        var error = Assert.Throws<SegPipeException>(() => FfmpegTools.Locate(new() { Ffmpeg = program }, Off));

        Assert.Equal(ExitCode.Unavailable, error.Code);
        Assert.Contains("libx", error.Message);
    }

    private static string Script(TemporaryFolder folder, string body)
    {
        File.WriteAllText(folder["ffmpeg"], $"#!/bin/sh\n{body}\n");
        Tool.Run("chmod", "+x", folder["ffmpeg"]);
        return folder["ffmpeg"];
    }
}
