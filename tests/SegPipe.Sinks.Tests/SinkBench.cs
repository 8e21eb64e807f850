using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Testing;

namespace SegPipe.Sinks.Tests;

/// <summary>Formats and runs for the tests of sinks.</summary>
internal static class SinkBench
{
    public static readonly InputReference[] From = [new("it", null)];

    public static readonly ClassTable Classes = new([new(0, "road", "#804080"), new(1, "Straße", "#f423e8"), new(2, "car", "#00008e")]);

    public static LabelsFormat Labels(int width, int height, string? name = null) =>
        new() { TimeBase = new(1, 25), Size = new(width, height), Classes = Classes, Name = name };

    public static PictureFormat Picture(int width, int height, PictureLayout layout = PictureLayout.I420, string? name = null) => new()
    {
        TimeBase = new(1, 25),
        Size = new(width, height),
        Layout = layout,
        Color = new(layout == PictureLayout.Rgb ? ColorRange.Full : ColorRange.Limited, ColorMatrix.Bt709),
        Name = name,
    };

    /// <summary>Hands frames to a sink as the runtime does: opened at every new format, completed, disposed.</summary>
    public static async Task WriteAsync(ComponentBench bench, ISink sink, params IEnumerable<(Format Format, FrameHeader Header, byte[] Bytes)> frames)
    {
        Format? current = null;
        await using (sink)
        {
            foreach (var (format, header, bytes) in frames)
            {
                if (!ReferenceEquals(format, current)) await sink.OpenAsync(current = format, CancellationToken.None);
                using var frame = bench.Frame(format, header, bytes);
                await sink.WriteAsync(frame, CancellationToken.None);
            }

            await sink.CompleteAsync(CancellationToken.None);
        }
    }

    public static byte[] Noise(int seed, int count, int below = 256)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(below))];
    }
}
