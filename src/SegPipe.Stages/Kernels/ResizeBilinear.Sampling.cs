using System.Numerics;

namespace SegPipe.Stages.Kernels;

internal static partial class ResizeBilinear
{
    private static void SamplePlaneRow(ReadOnlySpan<byte> plane, BilinearAxis columns, BilinearAxis rows, int y, Span<float> scratch, Span<float> levels)
    {
        var width = columns.SourceLength;
        var top = plane.Slice(rows.Low[y] * width, width);
        var bottom = plane.Slice(rows.High[y] * width, width);
        if (columns.Halves > 0 && rows.Weight[y] == 0.5f)
        {
            Halve(top, bottom, levels.Slice(columns.First, columns.Halves), columns.Low[columns.First]);
            BetweenRows(top, bottom, 0.5f, scratch, columns.Low[columns.First] + 2 * columns.Halves);
            Gather(scratch, columns, levels, columns.First + columns.Halves);
            return;
        }

        BetweenRows(top, bottom, rows.Weight[y], scratch, 0);
        var done = columns.First;
        if (columns.Steps > 0)
        {
            BetweenNeighbours(scratch[columns.Low[done]..], levels.Slice(done, columns.Steps), columns.Weight[done]);
            done += columns.Steps;
        }

        Gather(scratch, columns, levels, done);
    }

    // Two source pixels of two rows become one: sums of four bytes are exact in 16 bits, a quarter of them is exact in float32, and so is every step of the
    // reference with weights of one half. A pair of bytes is a 16-bit lane, low byte first.
    private static void Halve(ReadOnlySpan<byte> top, ReadOnlySpan<byte> bottom, Span<float> levels, int start)
    {
        var low = new Vector<ushort>(0xff);
        var quarter = new Vector<float>(0.25f);
        var x = 0;
        for (; BitConverter.IsLittleEndian && x <= levels.Length - Vector<ushort>.Count; x += Vector<ushort>.Count)
        {
            var a = Vector.AsVectorUInt16(new Vector<byte>(top[(start + 2 * x)..]));
            var b = Vector.AsVectorUInt16(new Vector<byte>(bottom[(start + 2 * x)..]));
            var sum = (a & low) + Vector.ShiftRightLogical(a, 8) + (b & low) + Vector.ShiftRightLogical(b, 8);
            Vector.Widen(sum, out var first, out var second);
            (Vector.ConvertToSingle(Vector.AsVectorInt32(first)) * quarter).CopyTo(levels[x..]);
            (Vector.ConvertToSingle(Vector.AsVectorInt32(second)) * quarter).CopyTo(levels[(x + Vector<float>.Count)..]);
        }

        for (; x < levels.Length; x++)
        {
            var at = start + 2 * x;
            levels[x] = (top[at] + top[at + 1] + bottom[at] + bottom[at + 1]) * 0.25f;
        }
    }

    private static void BetweenRows(ReadOnlySpan<byte> top, ReadOnlySpan<byte> bottom, float weight, Span<float> row, int start)
    {
        var x = start;
        var share = new Vector<float>(weight);
        for (; x <= top.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(top[x..]), out var a0, out var a1);
            Vector.Widen(new Vector<byte>(bottom[x..]), out var b0, out var b1);
            BetweenLanes(a0, b0, share, row[x..]);
            BetweenLanes(a1, b1, share, row[(x + Vector<ushort>.Count)..]);
        }

        for (; x < top.Length; x++) row[x] = Between(top[x], bottom[x], weight);
    }

    private static void BetweenLanes(Vector<ushort> a, Vector<ushort> b, Vector<float> share, Span<float> row)
    {
        Vector.Widen(a, out var a0, out var a1);
        Vector.Widen(b, out var b0, out var b1);
        Between(Vector.ConvertToSingle(Vector.AsVectorInt32(a0)), Vector.ConvertToSingle(Vector.AsVectorInt32(b0)), share).CopyTo(row);
        Between(Vector.ConvertToSingle(Vector.AsVectorInt32(a1)), Vector.ConvertToSingle(Vector.AsVectorInt32(b1)), share).CopyTo(row[Vector<float>.Count..]);
    }

    private static Vector<float> Between(Vector<float> a, Vector<float> b, Vector<float> weight) => a + weight * (b - a);

    // The output's columns follow one another in the source, all with the same weight: same size, and the chroma of a halved picture.
    private static void BetweenNeighbours(ReadOnlySpan<float> row, Span<float> levels, float weight)
    {
        var x = 0;
        var share = new Vector<float>(weight);
        for (; x <= levels.Length - Vector<float>.Count; x += Vector<float>.Count)
            Between(new Vector<float>(row[x..]), new Vector<float>(row[(x + 1)..]), share).CopyTo(levels[x..]);
        for (; x < levels.Length; x++) levels[x] = Between(row[x], row[x + 1], weight);
    }

    private static void Gather(ReadOnlySpan<float> row, BilinearAxis columns, Span<float> levels, int start)
    {
        int[] low = columns.Low, high = columns.High;
        var weight = columns.Weight;
        for (var x = start; x < columns.End; x++) levels[x] = Between(row[low[x]], row[high[x]], weight[x]);
    }
}
