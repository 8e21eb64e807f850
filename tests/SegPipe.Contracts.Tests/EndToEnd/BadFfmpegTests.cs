using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.EndToEnd;

public sealed class BadFfmpegTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("fetch", ", stall_timeout_ms: 300", "", "")]
    [InlineData("decode", "", ", stall_timeout_ms: 300", "")]
    [InlineData("encode", "", "", ", stall_timeout_ms: 300")]
    [InlineData("mux", "", "", "")]
    public async Task A_child_that_stalls_is_ended_after_the_time_that_was_set(string role, string source, string decode, string encode)
    {
        Clip();
        _place.Fake(role, "stalls", 5000);
        var pipeline = _place.Transcoder(source, decode, encode, role == "mux" ? ", stall_timeout_ms: 300" : "");

        var result = await _place.RunAsync("run", pipeline);

        result.Fails(ExitCode.PipelineFailed, $"FFmpeg ({role}) made no progress for 300 ms and was killed", "stall_timeout_ms");
        await _place.IsCleanAsync();
    }

    [Theory]
    [InlineData("fetch")]
    [InlineData("decode")]
    [InlineData("encode")]
    [InlineData("mux")]
    public async Task A_child_that_fails_at_once_is_told_with_its_own_words(string role)
    {
        Clip();
        _place.Fake(role, "exits", 3);

        var result = await _place.RunAsync("run", _place.Transcoder());

        result.Fails(role == "fetch" ? ExitCode.InputUnusable : ExitCode.PipelineFailed, $"FFmpeg ({role}) ended with exit code 3: [fake] Cannot do that.");
        await _place.IsCleanAsync();
    }

    [Fact]
    public async Task A_child_that_says_a_million_words_and_dies_is_told_in_two_lines()
    {
        Clip();
        _place.Fake("decode", "raves", 20000);

        (await _place.RunAsync("run", _place.Transcoder())).Fails(ExitCode.PipelineFailed, "FFmpeg (decode) was ended by signal 9");

        await _place.IsCleanAsync();
    }

    [Theory]
    [InlineData("SEGPIPE_FFMPEG", "/nowhere/ffmpeg", "FFmpeg was not found at /nowhere/ffmpeg.", "apt-get install ffmpeg")]
    [InlineData("SEGPIPE_FFPROBE", "/nowhere/ffprobe", "ffprobe was not found at /nowhere/ffprobe.", "SEGPIPE_FFPROBE")]
    [InlineData("PATH", "", "FFmpeg was not found.", "apt-get install ffmpeg")]
    [InlineData("SEGPIPE_FFMPEG", "/dev/null", "/dev/null is not a program that may be run as FFmpeg.", "SEGPIPE_FFMPEG")]
    public async Task Without_ffmpeg_nothing_begins(string variable, string value, string cause, string advice)
    {
        Clip();
        var picture = _place["photo.png"];
        Tool.Ffmpeg("-f lavfi -i testsrc2=s=64x48 -frames:v 1", picture);
        _place.Environment[variable] = value;

        (await _place.RunAsync("run", _place.Transcoder())).Fails(ExitCode.Unavailable, "p: drive: " + cause, advice);
        (await _place.RunAsync("segment", "photo.png")).Fails(ExitCode.Unavailable, cause, advice);
        var drawn = await _place.RunAsync("run", _place.Pipeline("""
            sources: { scene: { type: street, width: 64, height: 32 } }
            stages: { video: { type: encode, from: scene.picture } }
            sinks: { file: { type: video_file, from: video, path: out.mp4 } }
            """));

        drawn.Fails(ExitCode.Unavailable, "p: video: " + cause, advice);
        Assert.DoesNotContain("stream p", drawn.Error);
        await _place.IsCleanAsync();
    }

    [Fact]
    public async Task What_needs_no_ffmpeg_runs_without()
    {
        _place.Environment["PATH"] = "";

        (await _place.RunAsync("run", _place.Pipeline("""
            sources: { scene: { type: street, width: 64, height: 32, frames: 2 } }
            sinks: { stats: { type: class_stats, from: scene.labels, path: stats.jsonl } }
            """))).Expect(ExitCode.Done);

        Assert.Equal(2, File.ReadLines(_place["stats.jsonl"]).Count());
    }

    private void Clip() => TestClips.Write(_place["in.mp4"], "-c:v libx264 -preset ultrafast -bf 2", "s=320x240:r=25:d=8");
}
