using System.Collections.Concurrent;
using System.Globalization;

namespace SegPipe.Testing;

/// <summary>Videos whose pictures carry their number as sixteen black or white blocks, so that an output can be asked which pictures it holds.</summary>
public static class NumberedVideo
{
    private const int Bits = 16, Block = 16, Height = 48;

    /// <summary>Bytes of poison in a picture, one behind the other: its chroma in 4:2:0.</summary>
    public const int PoisonBytes = Bits * Block * Height / 2;

    // Many tests want the same few videos.
    private static readonly ConcurrentDictionary<(string Extension, int Pictures, string Encoder, int First), byte[]> Made = new();

    /// <summary>Writes a video; the extension chooses the container.</summary>
    /// <param name="path">File to write.</param>
    /// <param name="pictures">Number of pictures.</param>
    /// <param name="encoder">Encoder and output arguments, separated by single blanks.</param>
    /// <param name="first">Number of the first picture.</param>
    public static string Write(string path, int pictures, string encoder = "-c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p", int first = 0)
    {
        File.WriteAllBytes(path, Made.GetOrAdd((Path.GetExtension(path), pictures, encoder, first), _ => Make(path, pictures, encoder, first)));
        return path;
    }

    /// <summary>
    /// Writes a video as an MPEG transport stream with a key picture every 25 and some pictures in it whose chroma an encoder that
    /// <c>chokes</c> (<see cref="FakeFfmpeg"/>) dies of.
    /// </summary>
    /// <param name="path">File to write.</param>
    /// <param name="before">Pictures before these.</param>
    /// <param name="poison">Number of these.</param>
    /// <param name="behind">Pictures behind them.</param>
    public static void WritePoison(string path, int before, int poison, int behind)
    {
        using var file = File.Create(path);
        foreach (var (first, pictures, chroma) in ((int, int, int)[])[(0, before, 128), (before, poison, 200), (before + poison, behind, 128)])
        {
            if (pictures == 0) continue;
            var part = $"{path}.part.ts";
            Write(part, pictures, $"-vf lutyuv=u={chroma}:v={chroma} -pix_fmt yuv420p -c:v libx264 -preset ultrafast -bf 0 -g 25 -output_ts_offset {(first / 25.0).ToString(CultureInfo.InvariantCulture)}", first);
            file.Write(File.ReadAllBytes(part));
            File.Delete(part);
        }
    }

    private static byte[] Make(string path, int pictures, string encoder, int first)
    {
        var number = $"N+{first.ToString(CultureInfo.InvariantCulture)}";
        Tool.Ffmpeg(
            "-f lavfi -i",
            [$"nullsrc=s={Bits}x2:r=25,format=yuv444p,geq=lum='if(mod(floor(({number})/pow(2,X)),2),235,16)':cb=128:cr=128,scale={Bits * Block}x{Height}:flags=neighbor", "-frames:v", $"{pictures}", .. encoder.Split(' '), path]);
        return File.ReadAllBytes(path);
    }

    /// <summary>The numbers in a video, in the order of showing.</summary>
    public static int[] Read(string path)
    {
        var blocks = Tool.Ffmpeg("-i", path, "-map", "0:v:0", "-vf", $"scale={Bits}:1:flags=area", "-fps_mode", "passthrough", "-pix_fmt", "gray", "-f", "rawvideo", "-");
        return [.. blocks.Chunk(Bits).Select(picture => Enumerable.Range(0, Bits).Sum(bit => picture[bit] > 127 ? 1 << bit : 0))];
    }

    /// <summary>The presentation times in a video, in ticks, in rising order.</summary>
    public static long[] Times(string path) =>
        [.. Tool.Ffprobe("-select_streams v:0 -show_entries packet=pts -of csv=p=0", path).Select(line => long.Parse(line.Trim(','), CultureInfo.InvariantCulture)).Order()];
}
