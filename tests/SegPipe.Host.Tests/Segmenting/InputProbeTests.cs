using SegPipe.Host.Segmenting;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Segmenting;

public sealed class InputProbeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("png")]
    [InlineData("jpg")]
    [InlineData("bmp")]
    [InlineData("tiff")]
    [InlineData("webp")]
    [InlineData("ppm")]
    public void Pictures_are_known_whatever_their_name(string extension)
    {
        var made = _folder[$"picture.{extension}"];
        Tool.Ffmpeg("-f lavfi -i testsrc=size=32x32 -frames:v 1", made);
        File.Move(made, _folder["video.mp4"]);

        Assert.Equal(InputKind.Picture, InputProbe.KindOf(_folder["video.mp4"]));
    }

    [Theory]
    [InlineData("mp4")]
    [InlineData("mkv")]
    [InlineData("avi")]
    [InlineData("ts")]
    [InlineData("mjpeg")]
    public void Videos_are_known_whatever_their_name(string extension)
    {
        var made = _folder[$"video.{extension}"];
        Tool.Ffmpeg("-f lavfi -i testsrc=size=32x32:rate=5 -frames:v 5 -pix_fmt yuvj420p", made);
        var named = extension == "mjpeg" ? made : _folder["picture.png"];
        if (named != made) File.Move(made, named);

        Assert.Equal(InputKind.Video, InputProbe.KindOf(named));
    }

    [Fact]
    public void A_folder_is_a_folder() => Assert.Equal(InputKind.Folder, InputProbe.KindOf(_folder.Path));

    [Fact]
    public void An_empty_file_is_unusable_and_a_missing_one_missing()
    {
        File.WriteAllBytes(_folder["empty.mp4"], []);

        Assert.Equal(ExitCode.InputUnusable, Assert.Throws<SegPipeException>(() => InputProbe.KindOf(_folder["empty.mp4"])).Code);
        Assert.Equal(ExitCode.InputMissing, Assert.Throws<SegPipeException>(() => InputProbe.KindOf(_folder["missing.mp4"])).Code);
    }
}
