using SegPipe.Frames;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Media;

public sealed class ColorTests
{
    // Large flat patches, so that rounding and chroma sampling stay small.
    private const string Patches = "-f lavfi -i smptebars=s=480x320:r=25:d=0.2 ";

    [Theory]
    [InlineData("limited.mkv", "-vf scale=out_color_matrix=bt709:out_range=limited,format=yuv420p -c:v ffv1 -colorspace bt709 -color_range tv", ColorRange.Limited, ColorMatrix.Bt709)]
    [InlineData("full.mp4", "-vf scale=out_color_matrix=bt709:out_range=full,format=yuvj420p -c:v libx264 -qp 0 -colorspace bt709 -color_range pc", ColorRange.Full, ColorMatrix.Bt709)]
    [InlineData("old.mkv", "-vf scale=out_color_matrix=bt601:out_range=limited,format=yuv420p -c:v ffv1 -colorspace smpte170m", ColorRange.Limited, ColorMatrix.Bt601)]
    [InlineData("ten.mkv", "-vf scale=out_color_matrix=bt709:out_range=limited,format=yuv420p10le -c:v ffv1 -colorspace bt709 -color_range tv", ColorRange.Limited, ColorMatrix.Bt709)]
    [InlineData("tenfull.mkv", "-vf scale=out_color_matrix=bt709:out_range=full,format=yuv420p10le -c:v ffv1 -colorspace bt709 -color_range pc", ColorRange.Full, ColorMatrix.Bt709)]
    [InlineData("wide.mkv", "-vf scale=out_color_matrix=bt709:out_range=full,format=yuv444p -c:v ffv1 -colorspace bt709 -color_range pc", ColorRange.Full, ColorMatrix.Bt709)]
    [InlineData("rgb.mkv", "-pix_fmt bgr0 -c:v ffv1", ColorRange.Limited, ColorMatrix.Bt709)]
    public async Task Colours_survive_and_their_tags_are_true(string name, string arguments, ColorRange range, ColorMatrix matrix)
    {
        using var run = new MediaRun { EncodeOptions = ", preset: ultrafast, crf: 1" };
        Tool.Ffmpeg(Patches + arguments, run[name]);

        var report = await run.TranscodeAsync(run[name], run["out.mkv"]);

        Assert.Equal((null, ExitCode.Done), (report.Error, report.ExitCode));
        Assert.Equal((range, matrix), (run.Pictures!.Color.Range, run.Pictures.Color.Matrix));
        Assert.Equal(
            [(range == ColorRange.Full ? "pc" : "tv") + "," + (matrix == ColorMatrix.Bt709 ? "bt709" : "smpte170m")],
            Tool.Ffprobe("-show_entries stream=color_range,color_space -of csv=p=0", run["out.mkv"]).Select(l => l.TrimEnd(',')));
        var expected = Rgb(run[name], matrix, range);
        var actual = Rgb(run["out.mkv"], matrix, range);
        Assert.Equal(expected.Length, actual.Length);
        // Two steps of 8-bit rounding, conversions in between, and the quantiser at its finest.
        Assert.InRange(Mean(expected, actual), 0, 1.5);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public async Task Rotated_files_come_out_upright(int degrees)
    {
        using var run = new MediaRun { EncodeOptions = ", preset: ultrafast, crf: 1" };
        TestClips.Rotate(TestClips.Write(run["in.mp4"], "-c:v libx264 -qp 0 -pix_fmt yuv420p"), degrees);

        var report = await run.TranscodeAsync(run["in.mp4"], run["out.mp4"]);

        Assert.Equal(ExitCode.Done, report.ExitCode);
        var size = degrees == 180 ? new PictureSize(64, 48) : new(48, 64);
        Assert.Equal(size, run.Pictures!.Size);
        Assert.Equal([$"{size.Width},{size.Height}"], Tool.Ffprobe("-show_entries stream=width,height -of csv=p=0", run["out.mp4"]).Select(l => l.TrimEnd(',')));
        Assert.Empty(Tool.Ffprobe("-show_entries stream_side_data=rotation -of csv=p=0", run["out.mp4"]));
        // FFmpeg turns the input upright by itself; the output needs no turning.
        Assert.InRange(Mean(Rgb(run["in.mp4"], ColorMatrix.Bt601, ColorRange.Limited), Rgb(run["out.mp4"], ColorMatrix.Bt601, ColorRange.Limited)), 0, 2);
    }

    [Fact]
    public async Task Gray_pictures_keep_every_value()
    {
        using var run = new MediaRun();
        Tool.Ffmpeg("-f lavfi -i testsrc2=s=64x48:r=25:d=0.2 -pix_fmt gray -c:v ffv1", run["in.mkv"]);

        await run.ChecksumAsync(run["in.mkv"], run["sums.txt"]);

        var expected = Tool.Ffmpeg("-i", run["in.mkv"], "-pix_fmt", "yuvj420p", "-f", "framemd5", "pipe:1");
        Assert.Equal(Sums(System.Text.Encoding.ASCII.GetString(expected)), Sums(File.ReadAllText(run["sums.txt"])));
    }

    [Fact]
    public async Task Pictures_of_odd_size_are_decoded_bit_for_bit_and_cropped_to_be_encoded()
    {
        using var run = new MediaRun();
        Tool.Ffmpeg("-f lavfi -i testsrc=s=33x17:r=25:d=0.2 -pix_fmt yuv420p -c:v ffv1", run["in.mkv"]);

        await run.ChecksumAsync(run["in.mkv"], run["sums.txt"]);
        await run.TranscodeAsync(run["in.mkv"], run["out.mkv"]);

        var expected = Tool.Ffmpeg("-i", run["in.mkv"], "-f", "framemd5", "pipe:1");
        Assert.Equal(Sums(System.Text.Encoding.ASCII.GetString(expected)), Sums(File.ReadAllText(run["sums.txt"])));
        Assert.Equal(["32,16"], Tool.Ffprobe("-show_entries stream=width,height -of csv=p=0", run["out.mkv"]).Select(l => l.TrimEnd(',')));
    }

    [Fact]
    public async Task Interlaced_pictures_are_not_touched()
    {
        using var run = new MediaRun();
        Tool.Ffmpeg("-f lavfi -i testsrc2=s=64x48:r=25:d=0.4 -vf interlace -c:v libx264 -flags +ilme+ildct -bf 2", run["in.mp4"]);

        await run.ChecksumAsync(run["in.mp4"], run["sums.txt"]);

        var expected = Tool.Ffmpeg("-i", run["in.mp4"], "-f", "framemd5", "pipe:1");
        Assert.Equal(Sums(System.Text.Encoding.ASCII.GetString(expected)), Sums(File.ReadAllText(run["sums.txt"])));
    }

    private static string[] Sums(string framemd5) =>
        [.. framemd5.Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(',')[^1].Trim())];

    private static byte[] Rgb(string file, ColorMatrix matrix, ColorRange range)
    {
        var name = matrix == ColorMatrix.Bt709 ? "bt709" : "bt601";
        var converted = file.EndsWith("rgb.mkv", StringComparison.Ordinal)
            ? "format=rgb24"
            : $"scale=in_color_matrix={name}:in_range={(range == ColorRange.Full ? "full" : "limited")}:flags=accurate_rnd+full_chroma_int,format=rgb24";
        return Tool.Ffmpeg("-i", file, "-map", "0:v:0", "-vf", converted, "-vsync", "passthrough", "-f", "rawvideo", "pipe:1");
    }

    private static double Mean(byte[] a, byte[] b) => a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Average();
}
