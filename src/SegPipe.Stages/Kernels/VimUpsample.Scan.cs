using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SegPipe.Stages.Kernels;

internal static partial class VimUpsample
{
    // Lanes are neighbouring cells. The magnitude's bits as an integer rise with it and put infinities and NaN on top, so one integer maximum finds both
    // the peak and what is to be refused.
    private static bool Scan(VimUpsamplePlan plan, ReadOnlySpan<float> logits, int from, int to)
    {
        int width = plan.Cells.Width, cells = plan.Best.Length;
        var limit = BitConverter.SingleToInt32Bits(LargestLogit);
        for (var row = from; row < to; row++)
        {
            var peak = ScanRow(logits[(row * width)..], cells, plan.Classes, plan.Best.AsSpan(row * width, width), plan.Gap.AsSpan(row * width, width));
            if (peak > limit) return false;
            plan.RowPeak[row] = BitConverter.Int32BitsToSingle(peak);
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ScanRow(ReadOnlySpan<float> logits, int plane, int classes, Span<byte> best, Span<float> gap)
    {
        var peaks = Vector<int>.Zero;
        var magnitude = new Vector<int>(0x7fffffff);
        var x = 0;
        ref var origin = ref MemoryMarshal.GetReference(logits);
        for (; x <= best.Length - 2 * Vector<float>.Count; x += 2 * Vector<float>.Count)
        {
            Vector<int> which0 = Vector<int>.Zero, which1 = Vector<int>.Zero;
            Vector<float> top0 = Vector.LoadUnsafe(ref origin, (nuint)x), top1 = Vector.LoadUnsafe(ref origin, (nuint)(x + Vector<float>.Count));
            peaks = Vector.Max(peaks, Vector.Max(Vector.AsVectorInt32(top0) & magnitude, Vector.AsVectorInt32(top1) & magnitude));
            Vector<float> next0 = new(float.NegativeInfinity), next1 = next0;
            for (var c = 1; c < classes; c++)
            {
                var at = (nuint)(c * plane + x);
                Vector<float> a = Vector.LoadUnsafe(ref origin, at), b = Vector.LoadUnsafe(ref origin, at + (nuint)Vector<float>.Count);
                peaks = Vector.Max(peaks, Vector.Max(Vector.AsVectorInt32(a) & magnitude, Vector.AsVectorInt32(b) & magnitude));
                var number = new Vector<int>(c);
                which0 = Vector.ConditionalSelect(Vector.GreaterThan(a, top0), number, which0);
                which1 = Vector.ConditionalSelect(Vector.GreaterThan(b, top1), number, which1);
                next0 = Vector.MaxNative(next0, Vector.MinNative(a, top0));
                next1 = Vector.MaxNative(next1, Vector.MinNative(b, top1));
                top0 = Vector.MaxNative(top0, a);
                top1 = Vector.MaxNative(top1, b);
            }

            (top0 - next0).CopyTo(gap[x..]);
            (top1 - next1).CopyTo(gap[(x + Vector<float>.Count)..]);
            var classesOf = Vector.Narrow(Vector.AsVectorUInt32(which0), Vector.AsVectorUInt32(which1));
            var eights = Vector.AsVectorUInt64(Vector.Narrow(classesOf, classesOf));
            for (var i = 0; i < Vector<ulong>.Count / 2; i++) MemoryMarshal.Write(best[(x + i * sizeof(ulong))..], eights[i]);
        }

        var peak = 0;
        for (var lane = 0; lane < Vector<int>.Count; lane++) peak = Math.Max(peak, peaks[lane]);
        for (; x < best.Length; x++) peak = Math.Max(peak, ScanCell(logits[x..], plane, classes, out best[x], out gap[x]));
        return peak;
    }

    private static int ScanCell(ReadOnlySpan<float> logits, int plane, int classes, out byte best, out float gap)
    {
        var top = logits[0];
        var next = float.NegativeInfinity;
        var peak = BitConverter.SingleToInt32Bits(top) & 0x7fffffff;
        best = 0;
        for (var c = 1; c < classes; c++)
        {
            var value = logits[c * plane];
            peak = Math.Max(peak, BitConverter.SingleToInt32Bits(value) & 0x7fffffff);
            if (value > top) (best, next, top) = ((byte)c, top, value);
            else if (value > next) next = value;
        }

        gap = top - next;
        return peak;
    }
}
