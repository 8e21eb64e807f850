using System.Numerics;
using System.Runtime.CompilerServices;

namespace SegPipe.Stages.Kernels;

internal static partial class PaletteBlend
{
    // Lanes are neighbouring pixels; products of a byte and at most 256 and their sums fit 16 bits, so the reference's integers come out. Most blocks hold one
    // class; in the others colours are gathered class by class with masks. What does not fill a block is left to the reference.
    private static void RgbVector(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output)
    {
        int plane = labels.Length, x = 0;
        for (; x <= plane - Vector<byte>.Count; x += Vector<byte>.Count)
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

        RgbReference(plan, picture, labels, output, x);
    }

    private static void I420Vector(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output)
    {
        int width = plan.Size.Width, height = plan.Size.Height, chromaWidth = (width + 1) / 2, block = 2 * Vector<byte>.Count;
        for (var y = 0; y < height; y += 2)
        {
            // With an odd height the last row is its own partner: it is written twice with the same bytes.
            int top = y * width, bottom = Math.Min(y + 1, height - 1) * width, u = width * height + y / 2 * chromaWidth, v = u + chromaWidth * ((height + 1) / 2);
            var x = 0;
            for (; x <= width - block; x += block)
            {
                var label = labels[top + x];
                if (IsOneClass(labels[(top + x)..], label) && IsOneClass(labels[(bottom + x)..], label))
                {
                    MixSamples(plan, picture, output, top + x, 2, label, plan.First);
                    MixSamples(plan, picture, output, bottom + x, 2, label, plan.First);
                    MixSamples(plan, picture, output, u + x / 2, 1, label, plan.Second);
                    MixSamples(plan, picture, output, v + x / 2, 1, label, plan.Third);
                    continue;
                }

                var left = Gather(plan, picture, labels, output, top + x, bottom + x);
                var right = Gather(plan, picture, labels, output, top + x + Vector<byte>.Count, bottom + x + Vector<byte>.Count);
                MixChroma(plan, picture, output, u + x / 2, left.U, right.U, left.Bare, right.Bare);
                MixChroma(plan, picture, output, v + x / 2, left.V, right.V, left.Bare, right.Bare);
            }

            I420RowPair(plan, picture, labels, output, y, x);
        }
    }

    private static bool IsOneClass(ReadOnlySpan<byte> labels, byte label)
    {
        var same = new Vector<byte>(label);
        return Vector.EqualsAll(new Vector<byte>(labels), same) && Vector.EqualsAll(new Vector<byte>(labels[Vector<byte>.Count..]), same);
    }

    private static void MixSamples(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, Span<byte> output, int at, int vectors, byte label, byte[] colors)
    {
        for (var end = at + vectors * Vector<byte>.Count; at < end; at += Vector<byte>.Count)
        {
            var samples = new Vector<byte>(picture[at..]);
            (label < plan.Count ? Mix(plan, samples, new Vector<byte>(colors[label])) : samples).CopyTo(output[at..]);
        }
    }

    // Mixes the luma of two rows and returns, for each of the pairs of columns, the sums of the four colours and the number of pixels without one.
    private static (Vector<ushort> U, Vector<ushort> V, Vector<ushort> Bare) Gather(
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

    // A pair of bytes is a 16-bit lane; the order inside it does not matter to a sum.
    private static Vector<ushort> PairSums(Vector<byte> bytes)
    {
        var pairs = Vector.AsVectorUInt16(bytes);
        return (pairs & new Vector<ushort>(0xff)) + Vector.ShiftRightLogical(pairs, 8);
    }

    private static void MixChroma(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, Span<byte> output, int at, Vector<ushort> left, Vector<ushort> right, Vector<ushort> bareLeft, Vector<ushort> bareRight)
    {
        Vector.Widen(new Vector<byte>(picture[at..]), out var samples0, out var samples1);
        var two = new Vector<ushort>(2);
        var color0 = Vector.ShiftRightLogical(left + samples0 * bareLeft + two, 2);
        var color1 = Vector.ShiftRightLogical(right + samples1 * bareRight + two, 2);
        Vector.Narrow(Mix(plan, samples0, color0), Mix(plan, samples1, color1)).CopyTo(output[at..]);
    }

    private static int NextOpen(Vector<byte> open, int lane)
    {
        while (++lane < Vector<byte>.Count && open[lane] == 0) { }
        return lane;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<byte> Mix(PaletteBlendPlan plan, Vector<byte> samples, Vector<byte> colors)
    {
        Vector.Widen(samples, out var s0, out var s1);
        Vector.Widen(colors, out var c0, out var c1);
        return Vector.Narrow(Mix(plan, s0, c0), Mix(plan, s1, c1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ushort> Mix(PaletteBlendPlan plan, Vector<ushort> samples, Vector<ushort> colors) =>
        Vector.ShiftRightLogical(samples * (ushort)(256 - plan.Share) + colors * plan.Share + new Vector<ushort>(128), 8);
}
