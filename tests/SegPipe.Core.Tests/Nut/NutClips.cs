using SegPipe.Nut;
using SegPipe.Testing;

namespace SegPipe.Core.Tests.Nut;

/// <summary>NUT streams made by FFmpeg, and what is in a stream.</summary>
internal static class NutClips
{
    public sealed record Entry(long Pts, bool IsKey, int Size, ulong Hash);

    public static byte[] Coded { get; } = Fetch("-f lavfi -i testsrc2=s=64x48:r=30000/1001:d=1 -c:v libx264 -bf 2 -g 12");

    public static byte[] Raw { get; } = Tool.Ffmpeg(
        "-f lavfi -i testsrc=s=33x17:r=25:d=0.4 -c:v rawvideo -pix_fmt yuv420p -f nut pipe:1");

    public static (IReadOnlyList<NutStream> Streams, List<Entry> Frames) ReadAll(byte[] bytes, NutLimits? limits = null)
    {
        var reader = new NutReader(new MemoryStream(bytes), limits);
        var streams = reader.ReadHeaders();
        var frames = new List<Entry>();
        while (reader.TryReadFrame(out var frame))
        {
            var payload = new byte[frame.Size];
            reader.ReadPayload(payload);
            frames.Add(new(frame.Pts, frame.IsKey, frame.Size, Hash(payload)));
        }
        return (streams, frames);
    }

    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in bytes)
            hash = (hash ^ b) * 1099511628211UL;
        return hash;
    }

    private static byte[] Fetch(string source)
    {
        using var folder = new TemporaryFolder();
        Tool.Ffmpeg(source, folder["clip.mp4"]);
        return Tool.Ffmpeg("-copyts -i", folder["clip.mp4"], "-map", "0:v:0", "-c", "copy", "-output_ts_offset", "10", "-f", "nut", "pipe:1");
    }
}
