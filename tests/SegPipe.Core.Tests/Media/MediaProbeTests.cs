using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Processes;
using SegPipe.Testing;

namespace SegPipe.Core.Tests.Media;

public sealed class MediaProbeTests : IDisposable
{
    private static readonly FfmpegTools Tools = FfmpegTools.Locate(new(), Sandbox.Detect(SandboxMode.Auto));
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_mp4_with_sound_and_tags_is_described()
    {
        Tool.Ffmpeg(
            "-f lavfi -i testsrc2=s=64x48:r=30000/1001:d=1 -f lavfi -i sine=d=1 -c:v libx264 -bf 2 -c:a aac -metadata title=street", _folder["a.mp4"]);

        var info = MediaProbe.Read(_folder["a.mp4"], Tools);

        Assert.Equal("mov,mp4,m4a,3gp,3g2,mj2", info.Container);
        Assert.Equal("h264", info.Video.Codec);
        Assert.Equal(new(64, 48), info.Video.Size);
        Assert.Equal(new Rational(30000, 1001), info.Video.FrameRate);
        Assert.Equal(new Rational(1, 30000), info.Video.TimeBase);
        Assert.False(info.Video.IsVariableRate);
        Assert.Equal(30, info.Video.FrameCount);
        Assert.Equal((0L, 8, 0, "yuv420p"), (info.Video.Start, info.Video.BitDepth, info.Video.Rotation, info.Video.PixelFormat));
        Assert.Equal([new(0, MediaTrackKind.Video, "h264"), new(1, MediaTrackKind.Audio, "aac")], info.Tracks);
        Assert.Equal("street", info.Tags["title"]);
    }

    [Fact]
    public void A_file_is_examined_once_and_again_when_it_was_written_anew()
    {
        var path = TestClips.Write(_folder["a.mp4"], "-c:v libx264");
        var first = MediaProbe.Read(path, Tools);

        Assert.Same(first, MediaProbe.Read(path, Tools));
        TestClips.Write(path, "-c:v mpeg4");

        Assert.Equal("mpeg4", MediaProbe.Read(path, Tools).Video.Codec);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public void Rotation_is_clockwise(int degrees)
    {
        TestClips.Rotate(TestClips.Write(_folder["a.mp4"], "-c:v libx264"), degrees);

        Assert.Equal(degrees, MediaProbe.Read(_folder["a.mp4"], Tools).Video.Rotation);
    }

    [Theory]
    [InlineData("-vf scale=out_range=full,format=yuvj420p -c:v libx264", ColorRange.Full, ColorMatrix.Bt601, 8)]
    [InlineData("-c:v libx264 -color_range tv -colorspace bt709", ColorRange.Limited, ColorMatrix.Bt709, 8)]
    [InlineData("-pix_fmt yuv420p10le -c:v ffv1 -colorspace bt2020nc", ColorRange.Limited, ColorMatrix.Bt2020, 10)]
    [InlineData("-pix_fmt gray -c:v ffv1", ColorRange.Full, ColorMatrix.Bt601, 8)]
    [InlineData("-pix_fmt bgr0 -c:v ffv1", ColorRange.Limited, ColorMatrix.Bt709, 8)]
    public void Colours_are_those_of_the_decoded_pictures(string arguments, ColorRange range, ColorMatrix matrix, int depth)
    {
        TestClips.Write(_folder["a.mkv"], arguments);

        var video = MediaProbe.Read(_folder["a.mkv"], Tools).Video;

        Assert.Equal((range, matrix, depth), (video.Color.Range, video.Color.Matrix, video.BitDepth));
    }

    [Fact]
    public void A_silent_file_is_taken_for_bt709_from_high_definition_on()
    {
        TestClips.Write(_folder["a.mkv"], "-c:v mpeg4", "s=1280x720:r=25:d=0.04");

        Assert.Equal(ColorMatrix.Bt709, MediaProbe.Read(_folder["a.mkv"], Tools).Video.Color.Matrix);
    }

    [Theory]
    [InlineData("mpeg4", "a.avi", "mpeg4")]
    [InlineData("mjpeg", "a.avi", "mjpeg")]
    [InlineData("libx265", "a.ts", "hevc")]
    [InlineData("libvpx-vp9", "a.webm", "vp9")]
    [InlineData("ffv1", "a:b %d.mkv", "ffv1")]
    public void Codecs_have_their_names(string encoder, string file, string codec)
    {
        TestClips.Write(_folder[file], $"-c:v {encoder} -f {(file.EndsWith("mkv", StringComparison.Ordinal) ? "matroska" : file[^2..] == "ts" ? "mpegts" : file.Split('.')[^1])}", "s=64x48:r=25:d=0.2");

        Assert.Equal(codec, MediaProbe.Read(_folder[file], Tools).Video.Codec);
    }

    [Fact]
    public void A_missing_file_is_told_from_an_unusable_one()
    {
        var missing = Fails("nowhere.mp4");
        Assert.Equal(ExitCode.InputMissing, missing.Code);
        Assert.Equal($"The input {_folder["nowhere.mp4"]} does not exist.", missing.Message);

        File.WriteAllBytes(_folder["empty.mp4"], []);
        Assert.Contains("is empty", Unusable("empty.mp4"));

        File.WriteAllText(_folder["text.mp4"], "this is not a video");
        Assert.Contains("is not a video", Unusable("text.mp4"));

        TestClips.Write(_folder["whole.mp4"], "-c:v libx264");
        File.WriteAllBytes(_folder["cut.mp4"], File.ReadAllBytes(_folder["whole.mp4"])[..1000]);
        Assert.Contains("its header is cut off", Unusable("cut.mp4"));

        Tool.Ffmpeg("-f lavfi -i sine=d=0.2", _folder["sound.mp4"]);
        Assert.Contains("has no video track", Unusable("sound.mp4"));

        Directory.CreateDirectory(_folder["folder"]);
        Assert.Contains("is a folder", Unusable("folder"));
    }

    [Fact]
    public void A_track_of_no_size_is_refused()
    {
        TestClips.Write(_folder["whole.ts"], "-c:v libx264");
        // Six packets of 188 bytes: the tables that promise a track, and none of its pictures.
        File.WriteAllBytes(_folder["cut.ts"], File.ReadAllBytes(_folder["whole.ts"])[..(6 * 188)]);

        Assert.Contains("0x0", Unusable("cut.ts"));
    }

    [Fact]
    public void A_playlist_is_not_followed()
    {
        File.WriteAllText(_folder["list.mp4"], "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/passwd\n#EXT-X-ENDLIST\n");

        Assert.Contains("format that SegPipe does not read", Unusable("list.mp4"));
    }

    [Fact]
    public void A_cover_picture_is_not_a_video()
    {
        TestClips.Write(_folder["cover.png"], "-frames:v 1");
        Tool.Ffmpeg("-f lavfi -i sine=d=0.2 -i", _folder["cover.png"], "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v:0", "attached_pic", _folder["song.mp4"]);

        Assert.Contains("has no video track", Unusable("song.mp4"));
    }

    private string Unusable(string file)
    {
        var error = Fails(file);
        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.DoesNotContain('\n', error.Message);
        Assert.StartsWith($"The input {_folder[file]} ", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Advice);
        return error.Message;
    }

    private SegPipeException Fails(string file) => Assert.Throws<SegPipeException>(() => MediaProbe.Read(_folder[file], Tools));
}
