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
        var planes = plan.Element == ElementType.Float32 && plan.TensorLayout == TensorLayout.Nchw;
        for (var y = 0; y < plan.Target.Height; y++)
        {
            var inside = y >= plan.Rows.First && y < plan.Rows.End;
            if (inside && IsHalved(plan, y))
            {
                HalvedRow(plan, picture, tensor, y);
                continue;
            }

            if (inside)
            {
                SampleRow(plan, picture, y);
                if (plan.Layout == PictureLayout.I420) ConvertRow(plan);
            }

            var first = inside ? plan.Columns.First : plan.Target.Width;
            var end = inside ? plan.Columns.End : plan.Target.Width;
            for (var channel = 0; channel < 3; channel++)
            {
                ReadOnlySpan<float> levels = plan.Levels[plan.Component[channel]];
                if (planes) WriteRow(plan, MemoryMarshal.Cast<byte, float>(tensor), levels, first, end, y, channel);
                else SpreadRow(plan, tensor, levels, first, end, y, channel);
            }
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
        Span<float> first = plan.Levels[0].AsSpan(0, end), second = plan.Levels[1].AsSpan(0, end), third = plan.Levels[2].AsSpan(0, end);
        ref float a = ref MemoryMarshal.GetReference(first), b = ref MemoryMarshal.GetReference(second), c = ref MemoryMarshal.GetReference(third);
        Vector<float> middle = new(128), white = new(255), offset = new(plan.LumaOffset), gain = new(plan.LumaGain);
        Vector<float> redV = new(plan.RedFromV), greenU = new(plan.GreenFromU), greenV = new(plan.GreenFromV), blueU = new(plan.BlueFromU);
        for (; x <= end - Vector<float>.Count; x += Vector<float>.Count)
        {
            var l = (Vector.LoadUnsafe(ref a, (nuint)x) - offset) * gain;
            var u = Vector.LoadUnsafe(ref b, (nuint)x) - middle;
            var v = Vector.LoadUnsafe(ref c, (nuint)x) - middle;
            Clamp(l + redV * v, white).StoreUnsafe(ref a, (nuint)x);
            Clamp(l - greenU * u - greenV * v, white).StoreUnsafe(ref b, (nuint)x);
            Clamp(l + blueU * u, white).StoreUnsafe(ref c, (nuint)x);
        }

        for (; x < end; x++)
        {
            var l = (first[x] - plan.LumaOffset) * plan.LumaGain;
            var u = second[x] - 128;
            var v = third[x] - 128;
            (first[x], second[x], third[x]) = (Clamp(l + plan.RedFromV * v), Clamp(l - plan.GreenFromU * u - plan.GreenFromV * v), Clamp(l + plan.BlueFromU * u));
        }
    }

    private static Vector<float> Clamp(Vector<float> level, Vector<float> white) => Vector.MinNative(Vector.MaxNative(level, Vector<float>.Zero), white);

    private static void WriteRow(ResizePlan plan, Span<float> tensor, ReadOnlySpan<float> levels, int first, int end, int y, int channel)
    {
        var row = tensor.Slice(Index(plan, 0, y, channel), plan.Target.Width);
        row[..first].Fill(plan.Pad[channel]);
        row[end..].Fill(plan.Pad[channel]);
        row = row[first..end];
        levels = levels[first..end];
        float gain = plan.Gain[channel], bias = plan.Bias[channel];
        Vector<float> gains = new(gain), biases = new(bias);
        ref float from = ref MemoryMarshal.GetReference(levels), to = ref MemoryMarshal.GetReference(row);
        var x = 0;
        for (; x <= row.Length - Vector<float>.Count; x += Vector<float>.Count)
            (Vector.LoadUnsafe(ref from, (nuint)x) * gains + biases).StoreUnsafe(ref to, (nuint)x);
        for (; x < row.Length; x++) row[x] = levels[x] * gain + bias;
    }

    private static void SpreadRow(ResizePlan plan, Span<byte> tensor, ReadOnlySpan<float> levels, int first, int end, int y, int channel)
    {
        var step = plan.TensorLayout == TensorLayout.Nchw ? 1 : 3;
        var index = Index(plan, 0, y, channel);
        var elements = plan.Element == ElementType.Float32 ? MemoryMarshal.Cast<byte, float>(tensor) : default;
        float gain = plan.Gain[channel], bias = plan.Bias[channel], pad = plan.Pad[channel];
        for (var x = 0; x < plan.Target.Width; x++, index += step)
        {
            var value = x >= first && x < end ? levels[x] * gain + bias : pad;
            if (plan.Element == ElementType.UInt8) tensor[index] = ToByte(value);
            else elements[index] = value;
        }
    }
}
