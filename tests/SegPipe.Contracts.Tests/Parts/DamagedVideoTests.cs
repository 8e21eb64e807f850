using System.Globalization;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Parts;

public sealed class DamagedVideoTests
{
    private const string Pipeline = """
        version: 1
        sources:
          drive: { type: video_file, path: "${input.path}" }
        stages:
          picture: { type: decode, from: drive, threads: 1 }
        sinks:
          sums:   { type: checksum, from: picture, path: "${output.dir}/${input.stem}.md5" }
          stills: { type: image_folder, from: picture, path: "${output.dir}/${input.stem}" }
        """;

    [Fact]
    public async Task Pictures_that_are_lost_in_one_part_move_the_numbers_of_all_behind()
    {
        using var cut = new CutVideo { Yaml = Pipeline };
        cut.Write("-c:v libx264 -bf 0 -g 8 -preset ultrafast", "s=64x48:r=25:d=2");
        var packets = Tool.Ffprobe("-select_streams v:0 -show_entries packet=pos,size -of csv=p=0", cut.Input).Select(l => l.Split(',')).ToArray();
        var bytes = File.ReadAllBytes(cut.Input);
        foreach (var broken in new[] { 5, 6, 21, 42 })
        {
            var (size, position) = (int.Parse(packets[broken][0], CultureInfo.InvariantCulture), int.Parse(packets[broken][1], CultureInfo.InvariantCulture));
            bytes.AsSpan(position, size).Clear();
        }
        File.WriteAllBytes(cut.Input, bytes);
        await cut.RunWholeAsync();

        var seed = Environment.TickCount;
        await cut.RunPartsAsync(new(seed));

        Assert.Equal(4, cut.Results.Sum(r => r.Lost));
        Assert.Equal(File.ReadAllLines(Path.Combine(cut.Whole, "drive.md5")), File.ReadAllLines(Path.Combine(cut.Joined, "drive.md5")));
        Assert.Equal(46, cut.Results.Sum(r => r.Pictures));
        foreach (var still in Enumerable.Range(0, 46).Select(i => Path.Combine("drive", i.ToString("D6", CultureInfo.InvariantCulture) + ".png")))
            Assert.True(File.ReadAllBytes(Path.Combine(cut.Whole, still)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(cut.Joined, still))), $"seed {seed}: {still} differs.");
    }
}
