using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SegPipe.Frames;

namespace SegPipe.Stages.Kernels;

/// <summary>
/// A class map to its boundaries, in place: 1 where a pixel's class differs from that of its right or its lower neighbour, else 0. Pixels of no class stay what they are,
/// and a neighbour of no class, or beyond the map, does not differ. A line between two areas is so one pixel wide and belongs to the left or upper one.
/// </summary>
internal static class LabelBoundaries
{
    private const byte None = VimUpsamplePlan.Unseen, Inside = 0, Boundary = 1;

    /// <summary>Overwrites <paramref name="labels"/> (H × W).</summary>
    /// <exception cref="ArgumentException">The span is not of that size.</exception>
    public static void Run(Span<byte> labels, PictureSize size)
    {
        Check(labels, size);
        for (var y = 0; y < size.Height; y++)
        {
            var row = labels.Slice(y * size.Width, size.Width);
            var below = y + 1 < size.Height ? labels.Slice((y + 1) * size.Width, size.Width) : row;
            var x = Wide(row, below);
            for (; x < size.Width; x++) row[x] = Pixel(row[x], x + 1 < size.Width ? row[x + 1] : None, below[x]);
        }
    }

    /// <summary>The plain loops that define the result.</summary>
    /// <exception cref="ArgumentException">The span is not of that size.</exception>
    public static void RunReference(Span<byte> labels, PictureSize size)
    {
        Check(labels, size);
        for (var y = 0; y < size.Height; y++)
            for (var x = 0; x < size.Width; x++)
            {
                var at = y * size.Width + x;
                labels[at] = Pixel(labels[at], x + 1 < size.Width ? labels[at + 1] : None, y + 1 < size.Height ? labels[at + size.Width] : None);
            }
    }

    // What is behind a vector is read before it is written, so the row can be its own output.
    private static int Wide(Span<byte> row, ReadOnlySpan<byte> below)
    {
        var x = 0;
        ref byte here = ref MemoryMarshal.GetReference(row), under = ref MemoryMarshal.GetReference(below);
        if (Vector512.IsHardwareAccelerated)
        {
            for (var none = Vector512<byte>.AllBitsSet; x < row.Length - Vector512<byte>.Count; x += Vector512<byte>.Count)
            {
                Vector512<byte> a = Vector512.LoadUnsafe(ref here, (nuint)x), right = Vector512.LoadUnsafe(ref here, (nuint)x + 1), down = Vector512.LoadUnsafe(ref under, (nuint)x);
                var alike = (Vector512.Equals(a, right) | Vector512.Equals(right, none)) & (Vector512.Equals(a, down) | Vector512.Equals(down, none));
                (Vector512.AndNot(Vector512<byte>.One, alike) | Vector512.Equals(a, none)).StoreUnsafe(ref here, (nuint)x);
            }

            return x;
        }

        for (var none = Vector128<byte>.AllBitsSet; Vector128.IsHardwareAccelerated && x < row.Length - Vector128<byte>.Count; x += Vector128<byte>.Count)
        {
            Vector128<byte> a = Vector128.LoadUnsafe(ref here, (nuint)x), right = Vector128.LoadUnsafe(ref here, (nuint)x + 1), down = Vector128.LoadUnsafe(ref under, (nuint)x);
            var alike = (Vector128.Equals(a, right) | Vector128.Equals(right, none)) & (Vector128.Equals(a, down) | Vector128.Equals(down, none));
            (Vector128.AndNot(Vector128<byte>.One, alike) | Vector128.Equals(a, none)).StoreUnsafe(ref here, (nuint)x);
        }

        return x;
    }

    private static byte Pixel(byte label, byte right, byte below) =>
        label == None ? None : (right != None && right != label) || (below != None && below != label) ? Boundary : Inside;

    private static void Check(ReadOnlySpan<byte> labels, PictureSize size)
    {
        if (labels.Length != size.Width * size.Height) throw new ArgumentException($"{labels.Length} labels instead of {size.Width * size.Height}");
    }
}
