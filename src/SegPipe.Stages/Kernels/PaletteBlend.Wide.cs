using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SegPipe.Frames;

namespace SegPipe.Stages.Kernels;

// With byte permutes of 512 bits a colour is looked up instead of searched for: 64 pixels an instruction, whatever their classes. The loops are compiled
// apart and once for all: inside of a caller they exceed what the compiler inlines.
internal static partial class PaletteBlend
{
    private const int WideBlock = 64;

    /// <summary>Whether the processor looks bytes up in tables of 64; opacities of 0 and 1 are not worth a path of their own.</summary>
    private static bool IsWide(PaletteBlendPlan plan) => Avx512Vbmi.IsSupported && plan.Share is > 0 and < 256;

    private static void RunWide(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output)
    {
        if (plan.Share == 128) RunWide(plan, new EvenMix(), picture, labels, output);
        else RunWide(plan, new SharedMix(plan.Share), picture, labels, output);
    }

    private static void RunWide<TMix>(PaletteBlendPlan plan, TMix mix, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output)
        where TMix : struct, IMix
    {
        if (plan.Layout == PictureLayout.I420)
        {
            if (plan.Count <= WideBlock) I420Wide<FewColors, TMix>(plan, mix, picture, labels, output);
            else I420Wide<ManyColors, TMix>(plan, mix, picture, labels, output);
        }
        else if (plan.Count <= WideBlock)
        {
            RgbWide<FewColors, TMix>(plan, mix, picture, labels, output);
        }
        else
        {
            RgbWide<ManyColors, TMix>(plan, mix, picture, labels, output);
        }
    }

    private static void RgbWide<TColors, TMix>(PaletteBlendPlan plan, TMix mix, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output)
        where TColors : struct, IColors<TColors>
        where TMix : struct, IMix
    {
        for (var plane = 0; plane < 3; plane++)
        {
            var colors = plane switch { 0 => plan.First, 1 => plan.Second, _ => plan.Third };
            PlaneWide<TColors, TMix>(plan, mix, picture.Slice(plane * labels.Length, labels.Length), labels, output.Slice(plane * labels.Length, labels.Length), colors);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void I420Wide<TColors, TMix>(PaletteBlendPlan plan, TMix mix, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output)
        where TColors : struct, IColors<TColors>
        where TMix : struct, IMix
    {
        int width = plan.Size.Width, height = plan.Size.Height, chromaWidth = (width + 1) / 2, end = width / (2 * WideBlock) * (2 * WideBlock);
        TColors first = TColors.Of(plan.First), second = TColors.Of(plan.Second), third = TColors.Of(plan.Third);
        ref byte from = ref MemoryMarshal.GetReference(picture), to = ref MemoryMarshal.GetReference(output), label = ref MemoryMarshal.GetReference(labels);
        for (var y = 0; y < height; y += 2)
        {
            nuint top = (nuint)(y * width), bottom = (nuint)(Math.Min(y + 1, height - 1) * width), u = (nuint)(width * height + y / 2 * chromaWidth), v = u + (nuint)(chromaWidth * ((height + 1) / 2));
            for (nuint x = 0; x < (nuint)end; x += 2 * WideBlock)
            {
                Vector512<byte> a0 = Vector512.LoadUnsafe(ref label, top + x), a1 = Vector512.LoadUnsafe(ref label, top + x + WideBlock);
                Vector512<byte> b0 = Vector512.LoadUnsafe(ref label, bottom + x), b1 = Vector512.LoadUnsafe(ref label, bottom + x + WideBlock);
                if (plan.Count < 256 && Vector512.GreaterThanOrEqualAny(Vector512.Max(Vector512.Max(a0, a1), Vector512.Max(b0, b1)), Vector512.Create((byte)plan.Count)))
                {
                    I420Columns(plan, picture, labels, output, y, (int)x, (int)x + 2 * WideBlock);
                    continue;
                }

                mix.Of(Vector512.LoadUnsafe(ref from, top + x), first.Of(a0)).StoreUnsafe(ref to, top + x);
                mix.Of(Vector512.LoadUnsafe(ref from, top + x + WideBlock), first.Of(a1)).StoreUnsafe(ref to, top + x + WideBlock);
                mix.Of(Vector512.LoadUnsafe(ref from, bottom + x), first.Of(b0)).StoreUnsafe(ref to, bottom + x);
                mix.Of(Vector512.LoadUnsafe(ref from, bottom + x + WideBlock), first.Of(b1)).StoreUnsafe(ref to, bottom + x + WideBlock);
                mix.Of(Vector512.LoadUnsafe(ref from, u + x / 2), Quarter(second.Of(a0), second.Of(b0), second.Of(a1), second.Of(b1))).StoreUnsafe(ref to, u + x / 2);
                mix.Of(Vector512.LoadUnsafe(ref from, v + x / 2), Quarter(third.Of(a0), third.Of(b0), third.Of(a1), third.Of(b1))).StoreUnsafe(ref to, v + x / 2);
            }

            if (end < width) I420Columns(plan, picture, labels, output, y, end, width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void PlaneWide<TColors, TMix>(PaletteBlendPlan plan, TMix mix, ReadOnlySpan<byte> samples, ReadOnlySpan<byte> labels, Span<byte> output, byte[] table)
        where TColors : struct, IColors<TColors>
        where TMix : struct, IMix
    {
        var colors = TColors.Of(table);
        ref byte from = ref MemoryMarshal.GetReference(samples), to = ref MemoryMarshal.GetReference(output), label = ref MemoryMarshal.GetReference(labels);
        var limit = Vector512.Create((byte)Math.Min(plan.Count, 255));
        nuint x = 0;
        for (; x + WideBlock <= (nuint)labels.Length; x += WideBlock)
        {
            Vector512<byte> classes = Vector512.LoadUnsafe(ref label, x), sample = Vector512.LoadUnsafe(ref from, x);
            var known = Vector512.LessThan(classes, limit);
            mix.Of(sample, Vector512.ConditionalSelect(known, colors.Of(classes), sample)).StoreUnsafe(ref to, x);
        }

        for (var i = (int)x; i < labels.Length; i++) output[i] = Mixed(plan, samples[i], labels[i], table);
    }

    // Means of 2 × 2 colours, halves up: sums of neighbours stand in 16-bit lanes; the pack works within 128 bits, so its quarters are put in order.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Quarter(Vector512<byte> above0, Vector512<byte> below0, Vector512<byte> above1, Vector512<byte> below1)
    {
        var two = Vector512.Create((short)2);
        var first = (Avx512BW.MultiplyAddAdjacent(above0, Vector512<sbyte>.One) + Avx512BW.MultiplyAddAdjacent(below0, Vector512<sbyte>.One) + two) >>> 2;
        var second = (Avx512BW.MultiplyAddAdjacent(above1, Vector512<sbyte>.One) + Avx512BW.MultiplyAddAdjacent(below1, Vector512<sbyte>.One) + two) >>> 2;
        return Avx512F.PermuteVar8x64(Avx512BW.PackUnsignedSaturate(first, second).AsUInt64(), Vector512.Create(0UL, 2, 4, 6, 1, 3, 5, 7)).AsByte();
    }

    /// <summary><c>(s · (256 − a) + c · a + 128) &gt;&gt; 8</c>.</summary>
    private interface IMix
    {
        Vector512<byte> Of(Vector512<byte> samples, Vector512<byte> colors);
    }

    /// <summary>For a = 128 the definition is a rounded mean.</summary>
    private readonly struct EvenMix : IMix
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<byte> Of(Vector512<byte> samples, Vector512<byte> colors) => Avx512BW.Average(samples, colors);
    }

    /// <summary>For 0 &lt; a &lt; 256.</summary>
    private readonly struct SharedMix(ushort share) : IMix
    {
        private readonly Vector512<byte> _weights = Vector512.Create((ushort)(256 - share | share << 8)).AsByte();

        // Samples and colours are moved by 128 into signed bytes, which the multiply-add wants beside unsigned weights: the sum is moved by 128 · 256, which leaves
        // the bits below unchanged, fits 16 bits and is taken back at the end.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<byte> Of(Vector512<byte> samples, Vector512<byte> colors)
        {
            Vector512<byte> sign = Vector512.Create((byte)0x80), s = samples ^ sign, c = colors ^ sign;
            var half = Vector512.Create((short)128);
            var low = Avx512BW.MultiplyAddAdjacent(_weights, Avx512BW.UnpackLow(s, c).AsSByte()) + half;
            var high = Avx512BW.MultiplyAddAdjacent(_weights, Avx512BW.UnpackHigh(s, c).AsSByte()) + half;
            return Avx512BW.PackSignedSaturate(low >> 8, high >> 8).AsByte() ^ sign;
        }
    }

    /// <summary>Samples of the classes' colours in one plane, by class.</summary>
    private interface IColors<TSelf>
    {
        static abstract TSelf Of(byte[] table);

        Vector512<byte> Of(Vector512<byte> labels);
    }

    /// <summary>Up to 64 classes; the others' samples are undefined.</summary>
    private readonly struct FewColors(Vector512<byte> colors) : IColors<FewColors>
    {
        public static FewColors Of(byte[] table) => new(Vector512.Create(table, 0));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<byte> Of(Vector512<byte> labels) => Avx512Vbmi.PermuteVar64x8(colors, labels);
    }

    /// <summary>Up to 256 classes.</summary>
    private readonly struct ManyColors(Vector512<byte> a, Vector512<byte> b, Vector512<byte> c, Vector512<byte> d) : IColors<ManyColors>
    {
        public static ManyColors Of(byte[] table) => new(Vector512.Create(table, 0), Vector512.Create(table, 64), Vector512.Create(table, 128), Vector512.Create(table, 192));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<byte> Of(Vector512<byte> labels) => Vector512.ConditionalSelect(
            Vector512.GreaterThanOrEqual(labels, Vector512.Create((byte)128)), Avx512Vbmi.PermuteVar64x8x2(c, labels, d), Avx512Vbmi.PermuteVar64x8x2(a, labels, b));
    }
}
