using SegPipe.Parts;

namespace SegPipe.Contracts.Tests.Parts;

public sealed class BrokenPiecesTests
{
    private const string Pipeline = """
        version: 1
        sources:
          drive: { type: video_file, path: "${input.path}" }
        stages:
          picture: { type: decode, from: drive, threads: 1 }
          video: { type: encode, from: picture, preset: ultrafast, threads: 1 }
        sinks:
          file: { type: video_file, from: video, path: "${output.dir}/${input.stem}.mp4" }
          sums: { type: checksum, from: picture, path: "${output.dir}/${input.stem}.md5" }
        """;

    [Theory]
    [InlineData("file.nut", null)]
    [InlineData("file.nut", "cut")]
    [InlineData("file.nut", "garbage")]
    [InlineData("sums.md5", null)]
    [InlineData("sums.md5", "garbage")]
    public async Task A_piece_that_is_not_as_its_part_left_it_is_named_and_no_output_appears(string piece, string? damage)
    {
        using var cut = new CutVideo { Yaml = Pipeline };
        cut.Write("-c:v libx264 -bf 2 -g 7", "s=64x48:r=25:d=1");
        string? damaged = null;

        var error = await Assert.ThrowsAsync<SegPipeException>(() => cut.RunPartsAsync(new(1), parts =>
        {
            damaged = Path.Combine(parts[^1].Folder, piece);
            var bytes = File.ReadAllBytes(damaged);
            if (damage is null) File.Delete(damaged);
            else if (damage == "cut") File.WriteAllBytes(damaged, bytes[..(bytes.Length / 2)]);
            else File.WriteAllBytes(damaged, [.. bytes.Select(b => (byte)~b)]);
        }));

        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.Contains(damaged!, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(cut.Joined), f => f.EndsWith(piece[4..] == ".nut" ? ".mp4" : ".md5", StringComparison.Ordinal) || f.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Parts_that_were_encoded_otherwise_are_refused()
    {
        using var cut = new CutVideo { Yaml = Pipeline };
        using var other = new CutVideo { Yaml = Pipeline.Replace("ultrafast", "medium", StringComparison.Ordinal) };
        foreach (var clip in new[] { cut, other }) clip.Write("-c:v libx264 -bf 2 -g 7", "s=64x48:r=25:d=1");
        var stranger = File.ReadAllBytes(await PieceAsync(other));

        var error = await Assert.ThrowsAsync<SegPipeException>(() => cut.RunPartsAsync(new(1), parts =>
        {
            var (part, output) = (parts[^1], parts[^1].Result.Outputs.First(o => o.Sink == "file"));
            File.WriteAllBytes(Path.Combine(part.Folder, "file.nut"), stranger);
            PartOutput replaced = output with { Files = [new("file.nut", stranger.Length, "")] };
            parts[^1] = part with { Result = part.Result with { Outputs = [replaced, .. part.Result.Outputs.Where(o => o.Sink != "file")] } };
        }));

        Assert.Contains("was encoded with other headers than the first part", error.Message, StringComparison.Ordinal);
    }

    private static async Task<string> PieceAsync(CutVideo cut)
    {
        var copy = cut["copy.nut"];
        await cut.RunPartsAsync(new(1), parts => File.Copy(Path.Combine(parts[^1].Folder, "file.nut"), copy));
        return copy;
    }
}
