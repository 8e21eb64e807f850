using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SegPipe.Frames;

namespace SegPipe.Stages.Kernels;

// A 4:2:0 picture of twice the tensor's size, the commonest case: each pixel is the mean of four luma samples beside one sample of either chroma plane, so
// a row goes from bytes to normalised planes without a stop in memory. Every step is the reference's, or exact.
internal static partial class ResizeBilinear
{
    private static bool IsHalved(ResizePlan plan, int y) =>
        plan is { Layout: PictureLayout.I420, Element: ElementType.Float32, TensorLayout: TensorLayout.Nchw, Columns: { First: 0 } columns, ChromaColumns: var chroma }
        && columns.Halves == plan.Target.Width && chroma.Steps >= plan.Target.Width - 1 && chroma.Low[0] == 0 && chroma.Weight[0] == 0
        && plan.Rows.Weight[y] == 0.5f && plan.ChromaRows.Weight[y] == 0;

    // Compiled apart and once for all: inside of a caller it exceeds what the compiler inlines.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void HalvedRow(ResizePlan plan, ReadOnlySpan<byte> picture, Span<byte> tensor, int y)
    {
        int width = plan.Target.Width, size = plan.Source.Width * plan.Source.Height, chroma = plan.ChromaWidth * plan.ChromaHeight;
        ref byte above = ref MemoryMarshal.GetReference(picture.Slice(plan.Rows.Low[y] * plan.Source.Width, 2 * width));
        ref byte below = ref MemoryMarshal.GetReference(picture.Slice(plan.Rows.High[y] * plan.Source.Width, 2 * width));
        ref byte blue = ref MemoryMarshal.GetReference(picture.Slice(size + plan.ChromaRows.Low[y] * plan.ChromaWidth, width));
        ref byte red = ref MemoryMarshal.GetReference(picture.Slice(size + chroma + plan.ChromaRows.Low[y] * plan.ChromaWidth, width));
        var rows = new HalvedWriter(plan, MemoryMarshal.Cast<byte, float>(tensor), y);
        var x = 0;
        for (; x <= width - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref blue, (nuint)x), out var u0, out var u1);
            Vector.Widen(Vector.LoadUnsafe(ref red, (nuint)x), out var v0, out var v1);
            rows.Write(Fours(ref above, ref below, 2 * x), u0, v0, x);
            rows.Write(Fours(ref above, ref below, 2 * x + Vector<byte>.Count), u1, v1, x + Vector<ushort>.Count);
        }

        for (; x < width; x++) Pixel(plan, picture, tensor, x, y);
    }

    // A pair of bytes is a 16-bit lane; the order inside it does not matter to a sum.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ushort> Fours(ref byte above, ref byte below, int at)
    {
        var low = new Vector<ushort>(0xff);
        var a = Vector.AsVectorUInt16(Vector.LoadUnsafe(ref above, (nuint)at));
        var b = Vector.AsVectorUInt16(Vector.LoadUnsafe(ref below, (nuint)at));
        return (a & low) + (a >>> 8) + (b & low) + (b >>> 8);
    }

    private readonly ref struct HalvedWriter(ResizePlan plan, Span<float> tensor, int y)
    {
        private readonly ref float _red = ref Row(plan, tensor, y, 0), _green = ref Row(plan, tensor, y, 1), _blue = ref Row(plan, tensor, y, 2);
        private readonly Vector<float> _offset = new(plan.LumaOffset), _gain = new(plan.LumaGain);
        private readonly Vector<float> _redV = new(plan.RedFromV), _greenU = new(plan.GreenFromU), _greenV = new(plan.GreenFromV), _blueU = new(plan.BlueFromU);
        private readonly Vector<float> _redGain = new(Of(plan, plan.Gain, 0)), _greenGain = new(Of(plan, plan.Gain, 1)), _blueGain = new(Of(plan, plan.Gain, 2));
        private readonly Vector<float> _redBias = new(Of(plan, plan.Bias, 0)), _greenBias = new(Of(plan, plan.Bias, 1)), _blueBias = new(Of(plan, plan.Bias, 2));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Write(Vector<ushort> fours, Vector<ushort> u, Vector<ushort> v, int x)
        {
            Vector.Widen(fours, out var l0, out var l1);
            Vector.Widen(u, out var u0, out var u1);
            Vector.Widen(v, out var v0, out var v1);
            Write(l0, u0, v0, (nuint)x);
            Write(l1, u1, v1, (nuint)(x + Vector<float>.Count));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Write(Vector<uint> fours, Vector<uint> blue, Vector<uint> red, nuint x)
        {
            Vector<float> middle = new(128), black = Vector<float>.Zero, white = new(255);
            var l = (Vector.ConvertToSingle(Vector.AsVectorInt32(fours)) * 0.25f - _offset) * _gain;
            var u = Vector.ConvertToSingle(Vector.AsVectorInt32(blue)) - middle;
            var v = Vector.ConvertToSingle(Vector.AsVectorInt32(red)) - middle;
            (Vector.MinNative(Vector.MaxNative(l + _redV * v, black), white) * _redGain + _redBias).StoreUnsafe(ref _red, x);
            (Vector.MinNative(Vector.MaxNative(l - _greenU * u - _greenV * v, black), white) * _greenGain + _greenBias).StoreUnsafe(ref _green, x);
            (Vector.MinNative(Vector.MaxNative(l + _blueU * u, black), white) * _blueGain + _blueBias).StoreUnsafe(ref _blue, x);
        }

        private static int Channel(ResizePlan plan, int component) => Array.IndexOf(plan.Component, component);

        private static float Of(ResizePlan plan, float[] channels, int component) => channels[Channel(plan, component)];

        private static ref float Row(ResizePlan plan, Span<float> tensor, int y, int component) =>
            ref MemoryMarshal.GetReference(tensor.Slice(Index(plan, 0, y, Channel(plan, component)), plan.Target.Width));
    }
}
