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

    private const string Propagated = """
        version: 1
        models: { mean: { path: "${FOLDER}/mean.onnx", threads: 1 } }
        sources:
          drive: { type: video_file, path: "${input.path}" }
        stages:
          picture: { type: decode, from: drive, threads: 1 }
          small:   { type: resize, from: picture, model: mean }
          logits:  { type: propagate, from: small, model: mean, every: 3 }
          labels:  { type: vim_upsample, from: logits, like: picture }
        sinks:
          sums:    { type: checksum, from: labels, path: "${output.dir}/${input.stem}.md5" }
        """;

    [Fact]
    public async Task Stages_that_go_by_numbers_go_by_those_of_the_whole()
    {
        using var cut = new CutVideo { Yaml = Propagated };
        MeanModel.Write(cut["mean.onnx"]);
        cut.Write("-c:v libx264 -bf 0 -g 8 -preset ultrafast", "s=128x64:r=25:d=2");
        Break(cut.Input, 5, 6, 21, 30, 42);
        await cut.RunWholeAsync();
        var seed = Environment.TickCount;

        await cut.RunPartsAsync(new(seed));

        Assert.True(File.ReadAllLines(Path.Combine(cut.Whole, "drive.md5")).SequenceEqual(File.ReadAllLines(Path.Combine(cut.Joined, "drive.md5"))), $"seed {seed}");
        Assert.Empty(Directory.EnumerateDirectories(cut[""], "*.renumbered"));
    }

    [Fact]
    public async Task Pictures_that_are_lost_in_one_part_move_the_numbers_of_all_behind()
    {
        using var cut = new CutVideo { Yaml = Pipeline };
        cut.Write("-c:v libx264 -bf 0 -g 8 -preset ultrafast", "s=64x48:r=25:d=2");
        Break(cut.Input, 5, 6, 21, 42);
        await cut.RunWholeAsync();

        var seed = Environment.TickCount;
        await cut.RunPartsAsync(new(seed));

        Assert.Equal(4, cut.Results.Sum(r => r.Lost));
        Assert.Equal(File.ReadAllLines(Path.Combine(cut.Whole, "drive.md5")), File.ReadAllLines(Path.Combine(cut.Joined, "drive.md5")));
        Assert.Equal(46, cut.Results.Sum(r => r.Pictures));
        foreach (var still in Enumerable.Range(0, 46).Select(i => Path.Combine("drive", i.ToString("D6", CultureInfo.InvariantCulture) + ".png")))
            Assert.True(File.ReadAllBytes(Path.Combine(cut.Whole, still)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(cut.Joined, still))), $"seed {seed}: {still} differs.");
    }

    /// <summary>Overwrites packets by their places in the file.</summary>
    private static void Break(string video, params int[] places)
    {
        var packets = Tool.Ffprobe("-select_streams v:0 -show_entries packet=pos,size -of csv=p=0", video).Select(l => l.Split(',')).ToArray();
        var bytes = File.ReadAllBytes(video);
        foreach (var place in places)
        {
            var (size, position) = (int.Parse(packets[place][0], CultureInfo.InvariantCulture), int.Parse(packets[place][1], CultureInfo.InvariantCulture));
            bytes.AsSpan(position, size).Clear();
        }
        File.WriteAllBytes(video, bytes);
    }
}
