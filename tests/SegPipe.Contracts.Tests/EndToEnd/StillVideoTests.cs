using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.EndToEnd;

public sealed class StillVideoTests : IDisposable
{
    private const int Pictures = 4;
    private readonly Workplace _place = new();

    public StillVideoTests() => Directory.CreateDirectory(_place["stills"]);

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Still_pictures_become_a_video_in_their_own_colours_and_order()
    {
        // Each has a colour of its own, with little in common between R, G and B.
        string[] colors = ["0xE02010", "0x20C040", "0x1840D0", "0xE0D020"];
        foreach (var (color, number) in colors.Select((color, number) => (color, number)))
            Tool.Ffmpeg($"-f lavfi -i color={color}:s=96x64,format=rgb24 -frames:v 1", _place[$"stills/{number}.png"]);

        (await _place.RunAsync("run", Encoder())).Expect(ExitCode.Done);

        Assert.Equal(
            ["yuv420p,tv,bt709,bt709,bt709"],
            Tool.Ffprobe("-show_entries stream=pix_fmt,color_range,color_space,color_transfer,color_primaries -of csv=p=0", _place["out.mp4"]));
        Assert.Equal(["0.000000", "0.200000", "0.400000", "0.600000"], Tool.Ffprobe("-show_entries packet=pts_time -of csv=p=0", _place["out.mp4"]).Select(t => t.TrimEnd(',')).Order());
        var rgb = Tool.Ffmpeg("-i", _place["out.mp4"], "-pix_fmt", "rgb24", "-f", "rawvideo", "-");
        for (var picture = 0; picture < Pictures; picture++)
        {
            var wanted = Convert.FromHexString(colors[picture][2..]);
            var middle = (picture * 64 + 32) * 96 * 3 + 48 * 3;
            // Two steps of 8-bit rounding and the quantiser at its finest.
            for (var channel = 0; channel < 3; channel++) Assert.InRange(Math.Abs(rgb[middle + channel] - wanted[channel]), 0, 3);
        }
    }

    [Fact]
    public async Task Odd_sizes_are_cropped_and_that_is_said_once()
    {
        Tool.Ffmpeg($"-f lavfi -i smptebars=s=97x65:r=5 -frames:v {Pictures}", _place["stills/%d.png"]);

        var result = (await _place.RunAsync("run", Encoder())).Expect(ExitCode.Done);

        Assert.Equal(["96,64"], Tool.Ffprobe("-show_entries stream=width,height -of csv=p=0", _place["out.mp4"]));
        Assert.Single(result.Error.Split('\n'), line => line.EndsWith("video: h264 needs even sizes; 97x65 is cropped to 96x64.", StringComparison.Ordinal));
        var first = Tool.Ffmpeg("-i", _place["stills/1.png"], "-vf", "crop=96:64:0:0", "-pix_fmt", "rgb24", "-f", "rawvideo", "-");
        var decoded = Tool.Ffmpeg("-i", _place["out.mp4"], "-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo", "-");
        Assert.InRange(first.Zip(decoded, (a, b) => Math.Abs(a - b)).Average(), 0, 8);
    }

    [Fact]
    public async Task Pictures_of_another_size_go_on_in_another_file()
    {
        Tool.Ffmpeg("-f lavfi -i testsrc2=s=96x64 -frames:v 2", _place["stills/%d.png"]);
        Tool.Ffmpeg("-f lavfi -i testsrc2=s=64x64 -frames:v 1", _place["stills/3.png"]);

        (await _place.RunAsync("run", Encoder())).Expect(ExitCode.Done);

        const string query = "-count_packets -show_entries stream=width,height,nb_read_packets -of csv=p=0";
        Assert.Equal(["96,64,2"], Tool.Ffprobe(query, _place["out.mp4"]));
        Assert.Equal(["64,64,1"], Tool.Ffprobe(query, _place["out.2.mp4"]));
    }

    private string Encoder() => _place.Pipeline("""
        sources: { stills: { type: image_folder, path: stills, fps: 5 } }
        stages: { video: { type: encode, from: stills, crf: 1, threads: 1 } }
        sinks: { file: { type: video_file, from: video, path: out.mp4 } }
        """);
}
