using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SegPipe.Stages.Kernels;

internal static partial class PaletteBlend
{
    // Lanes are neighbouring pixels; products of a byte and at most 256 and their sums fit 16 bits, so the reference's integers come out. Long runs of one class
    // are mixed with one colour; elsewhere colours are gathered class by class with masks. What does not fill a block is left to the reference.
    private static void RgbVector(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output)
    {
        int plane = labels.Length, x = 0;
        while (x <= plane - Vector<byte>.Count)
        {
            var run = RunLength(labels[x..], labels[x..], Vector<byte>.Count);
            if (run > 0)
            {
                MixRun(plan, picture.Slice(x, run), output.Slice(x, run), labels[x], plan.First);
                MixRun(plan, picture.Slice(plane + x, run), output.Slice(plane + x, run), labels[x], plan.Second);
                MixRun(plan, picture.Slice(2 * plane + x, run), output.Slice(2 * plane + x, run), labels[x], plan.Third);
                x += run;
                continue;
            }

            MixPixels(plan, picture, labels, output, plane, x);
            x += Vector<byte>.Count;
        }

        RgbReference(plan, picture, labels, output, x);
    }

    private static void MixPixels(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output, int plane, int x)
    {
        var classes = new Vector<byte>(labels[x..]);
        Vector<byte> red = new(picture[x..]), green = new(picture[(plane + x)..]), blue = new(picture[(2 * plane + x)..]);
        Vector<byte> onRed = red, onGreen = green, onBlue = blue, open = Vector<byte>.AllBitsSet;
        for (var lane = 0; lane < Vector<byte>.Count; lane = NextOpen(open, lane))
        {
            var label = classes[lane];
            var here = Vector.Equals(classes, new Vector<byte>(label));
            open = Vector.AndNot(open, here);
            if (label >= plan.Count) continue;
            onRed = Vector.ConditionalSelect(here, new Vector<byte>(plan.First[label]), onRed);
            onGreen = Vector.ConditionalSelect(here, new Vector<byte>(plan.Second[label]), onGreen);
            onBlue = Vector.ConditionalSelect(here, new Vector<byte>(plan.Third[label]), onBlue);
        }

        Mix(plan, red, onRed).CopyTo(output[x..]);
        Mix(plan, green, onGreen).CopyTo(output[(plane + x)..]);
        Mix(plan, blue, onBlue).CopyTo(output[(2 * plane + x)..]);
    }

    private static void I420Vector(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output)
    {
        for (var y = 0; y < plan.Size.Height; y += 2) I420Columns(plan, picture, labels, output, y, 0, plan.Size.Width);
    }

    /// <summary>Two rows of luma and one of chroma, from the even column <paramref name="x"/> up to <paramref name="end"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void I420Columns(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output, int y, int x, int end)
    {
        // With an odd height the last row is its own partner: it is written twice with the same bytes.
        int width = plan.Size.Width, height = plan.Size.Height, chromaWidth = (width + 1) / 2, block = 2 * Vector<byte>.Count;
        int top = y * width, bottom = Math.Min(y + 1, height - 1) * width, u = width * height + y / 2 * chromaWidth, v = u + chromaWidth * ((height + 1) / 2);
        ReadOnlySpan<byte> above = labels.Slice(top, end), below = labels.Slice(bottom, end);
        while (x <= end - block)
        {
            var run = RunLength(above[x..], below[x..], block);
            if (run > 0)
            {
                var label = above[x];
                MixRun(plan, picture.Slice(top + x, run), output.Slice(top + x, run), label, plan.First);
                MixRun(plan, picture.Slice(bottom + x, run), output.Slice(bottom + x, run), label, plan.First);
                MixRun(plan, picture.Slice(u + x / 2, run / 2), output.Slice(u + x / 2, run / 2), label, plan.Second);
                MixRun(plan, picture.Slice(v + x / 2, run / 2), output.Slice(v + x / 2, run / 2), label, plan.Third);
                x += run;
                continue;
            }

            var left = MixLuma(plan, picture, labels, output, top + x, bottom + x);
            var right = MixLuma(plan, picture, labels, output, top + x + Vector<byte>.Count, bottom + x + Vector<byte>.Count);
            MixChroma(plan, picture, output, u + x / 2, left.U, right.U, left.Bare, right.Bare);
            MixChroma(plan, picture, output, v + x / 2, left.V, right.V, left.Bare, right.Bare);
            x += block;
        }

        if (x < end) I420RowPair(plan, picture, labels, output, y, x);
    }

    // How many pixels of both rows hold the first one's class, in whole blocks.
    private static int RunLength(ReadOnlySpan<byte> above, ReadOnlySpan<byte> below, int block)
    {
        var label = above[0];
        var end = above.IndexOfAnyExcept(label);
        if (end >= 0) below = below[..end];
        var other = below.IndexOfAnyExcept(label);
        return (other >= 0 ? other : below.Length) / block * block;
    }

    private static void MixRun(PaletteBlendPlan plan, ReadOnlySpan<byte> samples, Span<byte> output, byte label, byte[] colors)
    {
        if (label >= plan.Count)
        {
            samples.CopyTo(output);
            return;
        }

        output = output[..samples.Length];
        var add = new Vector<ushort>((ushort)(colors[label] * plan.Share + 128));
        var keep = (ushort)(256 - plan.Share);
        ref byte from = ref MemoryMarshal.GetReference(samples), to = ref MemoryMarshal.GetReference(output);
        for (var x = 0; x < samples.Length; x += Vector<byte>.Count)
        {
            var pairs = Vector.AsVectorUInt16(Vector.LoadUnsafe(ref from, (nuint)x));
            Join((pairs & new Vector<ushort>(0xff)) * keep + add, (pairs >>> 8) * keep + add).StoreUnsafe(ref to, (nuint)x);
        }
    }

    // Returns, for each of the pairs of columns, the sums of the four colours and the number of pixels without one.
    private static (Vector<ushort> U, Vector<ushort> V, Vector<ushort> Bare) MixLuma(
        PaletteBlendPlan plan, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output, int top, int bottom)
    {
        Vector<byte> classes0 = new(labels[top..]), classes1 = new(labels[bottom..]), luma0 = new(picture[top..]), luma1 = new(picture[bottom..]);
        Vector<byte> on0 = luma0, on1 = luma1, open0 = Vector<byte>.AllBitsSet, open1 = open0;
        Vector<ushort> u = default, v = default, bare = default;
        for (int lane = 0, other = -1; lane < Vector<byte>.Count || other < Vector<byte>.Count;)
        {
            var label = lane < Vector<byte>.Count ? classes0[lane] : classes1[other];
            var same = new Vector<byte>(label);
            Vector<byte> here0 = Vector.Equals(classes0, same), here1 = Vector.Equals(classes1, same);
            (open0, open1) = (Vector.AndNot(open0, here0), Vector.AndNot(open1, here1));
            var pixels = PairSums((here0 & Vector<byte>.One) + (here1 & Vector<byte>.One));
            if (label < plan.Count)
            {
                on0 = Vector.ConditionalSelect(here0, new Vector<byte>(plan.First[label]), on0);
                on1 = Vector.ConditionalSelect(here1, new Vector<byte>(plan.First[label]), on1);
                u += pixels * plan.Second[label];
                v += pixels * plan.Third[label];
            }
            else
            {
                bare += pixels;
            }

            if (lane < Vector<byte>.Count) lane = NextOpen(open0, lane);
            if (lane >= Vector<byte>.Count) other = NextOpen(open1, other);
        }

        Mix(plan, luma0, on0).CopyTo(output[top..]);
        Mix(plan, luma1, on1).CopyTo(output[bottom..]);
        return (u, v, bare);
    }

    private static void MixChroma(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, Span<byte> output, int at, Vector<ushort> left, Vector<ushort> right, Vector<ushort> bareLeft, Vector<ushort> bareRight)
    {
        var samples = new Vector<byte>(picture[at..]);
        Vector.Widen(samples, out var samples0, out var samples1);
        var two = new Vector<ushort>(2);
        Mix(plan, samples, Vector.Narrow((left + samples0 * bareLeft + two) >>> 2, (right + samples1 * bareRight + two) >>> 2)).CopyTo(output[at..]);
    }

    // The lane of the next pixel whose class has not been seen to; the vector's width where there is none.
    private static int NextOpen(Vector<byte> open, int lane)
    {
        if (open == Vector<byte>.Zero) return Vector<byte>.Count;
        while (open[++lane] == 0) { }
        return lane;
    }

    // A pair of bytes is a 16-bit lane; the order inside it does not matter to a sum.
    private static Vector<ushort> PairSums(Vector<byte> bytes)
    {
        var pairs = Vector.AsVectorUInt16(bytes);
        return (pairs & new Vector<ushort>(0xff)) + (pairs >>> 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<byte> Mix(PaletteBlendPlan plan, Vector<byte> samples, Vector<byte> colors)
    {
        var low = new Vector<ushort>(0xff);
        var half = new Vector<ushort>(128);
        Vector<ushort> s = Vector.AsVectorUInt16(samples), c = Vector.AsVectorUInt16(colors);
        var keep = (ushort)(256 - plan.Share);
        return Join((s & low) * keep + ((c & low) * plan.Share + half), (s >>> 8) * keep + ((c >>> 8) * plan.Share + half));
    }

    // The high bytes of both sums are the results; they go back to the bytes that the samples came from.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<byte> Join(Vector<ushort> low, Vector<ushort> high) => Vector.AsVectorByte((low >>> 8) | (high & new Vector<ushort>(0xff00)));
}
