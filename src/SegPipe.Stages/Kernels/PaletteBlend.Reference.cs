namespace SegPipe.Stages.Kernels;

internal static partial class PaletteBlend
{
    private static void RgbReference(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output, int start)
    {
        for (var i = start; i < labels.Length; i++)
        {
            var red = i;
            var green = red + labels.Length;
            var blue = green + labels.Length;
            output[red] = Mixed(plan, picture[red], labels[i], plan.First);
            output[green] = Mixed(plan, picture[green], labels[i], plan.Second);
            output[blue] = Mixed(plan, picture[blue], labels[i], plan.Third);
        }
    }

    private static void I420Reference(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output)
    {
        for (var y = 0; y < plan.Size.Height; y += 2) I420RowPair(plan, picture, labels, output, y, 0);
    }

    /// <summary>Two rows of luma and one of chroma, from the even column <paramref name="start"/> on.</summary>
    private static void I420RowPair(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output, int y, int start)
    {
        int width = plan.Size.Width, height = plan.Size.Height, chromaWidth = (width + 1) / 2;
        var u = width * height + y / 2 * chromaWidth;
        var v = u + chromaWidth * ((height + 1) / 2);
        for (var row = y; row < Math.Min(y + 2, height); row++)
            for (var x = start; x < width; x++)
                output[row * width + x] = Mixed(plan, picture[row * width + x], labels[row * width + x], plan.First);

        int top = y * width, bottom = Math.Min(y + 1, height - 1) * width;
        for (var x = start; x < width; x += 2)
        {
            var right = Math.Min(x + 1, width - 1);
            var four = (labels[top + x], labels[top + right], labels[bottom + x], labels[bottom + right]);
            output[u + x / 2] = MixedFour(plan, picture[u + x / 2], four, plan.Second);
            output[v + x / 2] = MixedFour(plan, picture[v + x / 2], four, plan.Third);
        }
    }

    private static byte Mixed(PaletteBlendPlan plan, byte sample, byte label, byte[] colors) => Mix(plan, sample, ColorOf(plan, sample, label, colors));

    private static byte MixedFour(PaletteBlendPlan plan, byte sample, (byte A, byte B, byte C, byte D) labels, byte[] colors)
    {
        var sum = ColorOf(plan, sample, labels.A, colors) + ColorOf(plan, sample, labels.B, colors) + ColorOf(plan, sample, labels.C, colors) + ColorOf(plan, sample, labels.D, colors);
        return Mix(plan, sample, sum + 2 >> 2);
    }

    private static int ColorOf(PaletteBlendPlan plan, byte sample, byte label, byte[] colors) => label < plan.Count ? colors[label] : sample;

    private static byte Mix(PaletteBlendPlan plan, byte sample, int color) => (byte)(sample * (256 - plan.Share) + color * plan.Share + 128 >> 8);
}
