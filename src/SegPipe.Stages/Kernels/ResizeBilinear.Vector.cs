using System.Numerics;
using System.Runtime.InteropServices;
using SegPipe.Frames;

namespace SegPipe.Stages.Kernels;

internal static partial class ResizeBilinear
{
    // Row by row: sample each component into scratch, convert, write. Lanes are neighbouring pixels; every lane does the reference's operations in the
    // reference's order without fused multiply-add, so bits are equal at every vector width. Tails are done one by one with the same operations.
    private static void RunVector(ResizePlan plan, ReadOnlySpan<byte> picture, Span<byte> tensor)
    {
        for (var y = 0; y < plan.Target.Height; y++)
        {
            if (y >= plan.Rows.First && y < plan.Rows.End)
            {
                SampleRow(plan, picture, y);
                if (plan.Layout == PictureLayout.I420) ConvertRow(plan);
            }

            for (var channel = 0; channel < 3; channel++) WriteRow(plan, tensor, y, channel);
        }
    }

    private static void SampleRow(ResizePlan plan, ReadOnlySpan<byte> picture, int y)
    {
        var size = plan.Source.Width * plan.Source.Height;
        if (plan.Layout == PictureLayout.Rgb)
        {
            for (var component = 0; component < 3; component++)
                SamplePlaneRow(picture.Slice(component * size, size), plan.Columns, plan.Rows, y, plan.SourceRow, plan.Levels[component]);
            return;
        }

        var chroma = plan.ChromaWidth * plan.ChromaHeight;
        SamplePlaneRow(picture[..size], plan.Columns, plan.Rows, y, plan.SourceRow, plan.Levels[0]);
        SamplePlaneRow(picture.Slice(size, chroma), plan.ChromaColumns, plan.ChromaRows, y, plan.SourceRow, plan.Levels[1]);
        SamplePlaneRow(picture.Slice(size + chroma, chroma), plan.ChromaColumns, plan.ChromaRows, y, plan.SourceRow, plan.Levels[2]);
    }

    private static void ConvertRow(ResizePlan plan)
    {
        int x = plan.Columns.First, end = plan.Columns.End;
        Span<float> a = plan.Levels[0], b = plan.Levels[1], c = plan.Levels[2];
        var middle = new Vector<float>(128);
        var white = new Vector<float>(255);
        for (; x <= end - Vector<float>.Count; x += Vector<float>.Count)
        {
            var l = (new Vector<float>(a[x..]) - new Vector<float>(plan.LumaOffset)) * new Vector<float>(plan.LumaGain);
            var u = new Vector<float>(b[x..]) - middle;
            var v = new Vector<float>(c[x..]) - middle;
            Clamp(l + new Vector<float>(plan.RedFromV) * v, white).CopyTo(a[x..]);
            Clamp(l - new Vector<float>(plan.GreenFromU) * u - new Vector<float>(plan.GreenFromV) * v, white).CopyTo(b[x..]);
            Clamp(l + new Vector<float>(plan.BlueFromU) * u, white).CopyTo(c[x..]);
        }

        for (; x < end; x++)
        {
            var l = (a[x] - plan.LumaOffset) * plan.LumaGain;
            var u = b[x] - 128;
            var v = c[x] - 128;
            (a[x], b[x], c[x]) = (Clamp(l + plan.RedFromV * v), Clamp(l - plan.GreenFromU * u - plan.GreenFromV * v), Clamp(l + plan.BlueFromU * u));
        }
    }

    private static Vector<float> Clamp(Vector<float> level, Vector<float> white) => Vector.MinNative(Vector.MaxNative(level, Vector<float>.Zero), white);

    private static void WriteRow(ResizePlan plan, Span<byte> tensor, int y, int channel)
    {
        var inside = y >= plan.Rows.First && y < plan.Rows.End;
        var first = inside ? plan.Columns.First : plan.Target.Width;
        var end = inside ? plan.Columns.End : plan.Target.Width;
        Span<float> levels = plan.Levels[plan.Component[channel]];
        if (plan.Element == ElementType.Float32 && plan.TensorLayout == TensorLayout.Nchw)
        {
            var row = MemoryMarshal.Cast<byte, float>(tensor).Slice(Index(plan, 0, y, channel), plan.Target.Width);
            row[..first].Fill(plan.Pad[channel]);
            row[end..].Fill(plan.Pad[channel]);
            Normalize(levels[first..end], row[first..end], plan.Gain[channel], plan.Bias[channel]);
            return;
        }

        Spread(plan, tensor, levels, (first, end), y, channel);
    }

    private static void Normalize(ReadOnlySpan<float> levels, Span<float> elements, float gain, float bias)
    {
        var x = 0;
        for (; x <= levels.Length - Vector<float>.Count; x += Vector<float>.Count)
            (new Vector<float>(levels[x..]) * new Vector<float>(gain) + new Vector<float>(bias)).CopyTo(elements[x..]);
        for (; x < levels.Length; x++) elements[x] = levels[x] * gain + bias;
    }

    private static void Spread(ResizePlan plan, Span<byte> tensor, ReadOnlySpan<float> levels, (int First, int End) inside, int y, int channel)
    {
        var step = plan.TensorLayout == TensorLayout.Nchw ? 1 : 3;
        var index = Index(plan, 0, y, channel);
        var elements = plan.Element == ElementType.Float32 ? MemoryMarshal.Cast<byte, float>(tensor) : default;
        float gain = plan.Gain[channel], bias = plan.Bias[channel], pad = plan.Pad[channel];
        for (var x = 0; x < plan.Target.Width; x++, index += step)
        {
            var value = x >= inside.First && x < inside.End ? levels[x] * gain + bias : pad;
            if (plan.Element == ElementType.UInt8) tensor[index] = ToByte(value);
            else elements[index] = value;
        }
    }
}
