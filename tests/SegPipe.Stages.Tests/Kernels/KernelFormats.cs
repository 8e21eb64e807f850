using System.Runtime.InteropServices;
using SegPipe.Frames;
using SegPipe.Stages.Kernels;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests.Kernels;

/// <summary>Formats and seeded bytes for the kernels' tests.</summary>
internal static class KernelFormats
{
    /// <summary>Widths around every vector length.</summary>
    public static readonly int[] Widths = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 640];

    public static readonly CoordinateRule[] Rules = [CoordinateRule.HalfPixel, CoordinateRule.Asymmetric, CoordinateRule.AlignCorners];

    public static PictureFormat Picture(
        int width, int height, PictureLayout layout = PictureLayout.I420, ColorMatrix matrix = ColorMatrix.Bt709, ColorRange range = ColorRange.Limited) => new()
        {
            TimeBase = new(1, 25),
            Size = new(width, height),
            Layout = layout,
            Color = new(range, matrix),
        };

    public static TensorFormat Tensor(int width, int height, Placement? placement = null, ElementType element = ElementType.Float32, TensorLayout layout = TensorLayout.Nchw) => new()
    {
        TimeBase = new(1, 25),
        Size = new(width, height),
        Element = element,
        Layout = layout,
        Placement = placement ?? new(0, 0, width, height),
    };

    public static LogitsFormat Logits(
        int classes, int width, int height, CoordinateRule rule = CoordinateRule.HalfPixel, PictureSize? input = null, Placement? placement = null, LogitsContent content = LogitsContent.Logits)
    {
        var size = input ?? new(8 * width, 8 * height);
        return new()
        {
            TimeBase = new(1, 25),
            Size = new(width, height),
            InputSize = size,
            Coordinates = rule,
            Content = content,
            Classes = new([.. Enumerable.Range(0, classes).Select(id => new ClassEntry(id, $"class {id}", "#000000"))]),
            Model = "model",
            Placement = placement ?? new(0, 0, size.Width, size.Height),
        };
    }

    public static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Runs a kernel between guard pages, over an output pre-filled with <paramref name="fill"/>, with an input that may not be written.</summary>
    public static byte[] Guarded(ReadOnlySpan<byte> input, int outputLength, byte fill, GuardSide side, Action<GuardedMemory, GuardedMemory> kernel)
    {
        using var guardedInput = GuardedMemory.Sealed(input, side);
        using var output = new GuardedMemory(outputLength, side);
        output.Bytes.Fill(fill);
        kernel(guardedInput, output);
        return output.Bytes.ToArray();
    }

    public static float[] Floats(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();

    /// <summary>Levels as they are: mean 0 and scale 255.</summary>
    public static Normalization Levels(bool bgr = false) => new(bgr, [0, 0, 0], [255, 255, 255]);
}
