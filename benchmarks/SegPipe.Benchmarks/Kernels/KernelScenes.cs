using SegPipe.Frames;

namespace SegPipe.Benchmarks.Kernels;

/// <summary>Formats and seeded contents of the sizes that users run: a 2048×1024 camera, networks of 1024×512 and 512×512.</summary>
internal static class KernelScenes
{
    public static PictureFormat Picture(int width, int height, PictureLayout layout = PictureLayout.I420) =>
        new() { TimeBase = new(1, 25), Size = new(width, height), Layout = layout, Color = new(ColorRange.Limited, ColorMatrix.Bt709) };

    public static TensorFormat Tensor(int width, int height, TensorLayout layout = TensorLayout.Nchw) =>
        new() { TimeBase = new(1, 25), Size = new(width, height), Layout = layout, Placement = new(0, 0, width, height) };

    public static LogitsFormat Logits(int classes, int width, int height) => new()
    {
        TimeBase = new(1, 25),
        Size = new(width, height),
        InputSize = new(8 * width, 8 * height),
        Classes = new([.. Enumerable.Range(0, classes).Select(id => new ClassEntry(id, $"{id}", "#000000"))]),
        Model = "model",
        Placement = new(0, 0, 8 * width, 8 * height),
    };

    public static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    /// <summary>
    /// Logits as networks give them: every class has a few smooth hills, the strongest wins areas of tens of cells, the rest is some noise; about one cell in
    /// eight lies on a border.
    /// </summary>
    public static float[] Hills(int classes, int width, int height)
    {
        var random = new Random(2);
        var logits = new float[classes * width * height];
        for (var c = 0; c < classes; c++)
        {
            var hills = Enumerable.Range(0, 3).Select(_ => (X: random.NextDouble() * width, Y: random.NextDouble() * height, Size: (0.04 + 0.1 * random.NextDouble()) * width, Top: 4 + 8 * random.NextDouble())).ToArray();
            for (var i = 0; i < width * height; i++)
            {
                var value = -4.0 + 0.3 * random.NextDouble();
                foreach (var hill in hills)
                {
                    double dx = (i % width - hill.X) / hill.Size, dy = (i / width - hill.Y) / hill.Size;
                    value += hill.Top * Math.Exp(-dx * dx - dy * dy);
                }

                logits[c * width * height + i] = (float)value;
            }
        }

        return logits;
    }
}
