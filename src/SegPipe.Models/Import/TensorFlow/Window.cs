using SegPipe.Frames;

namespace SegPipe.Models.Import.TensorFlow;

/// <summary>Cells that are added around a plane, or cut off where negative.</summary>
internal readonly record struct Margins(int Top, int Left, int Bottom, int Right);

/// <summary>How a kernel goes over a plane.</summary>
/// <param name="Height">Rows of the kernel.</param>
/// <param name="Width">Columns of the kernel.</param>
/// <param name="StrideY">Rows between two places.</param>
/// <param name="StrideX">Columns between two places.</param>
/// <param name="RateY">Atrous rate of rows.</param>
/// <param name="RateX">Atrous rate of columns.</param>
/// <param name="Margins">Padding, or null for TensorFlow's SAME: as much as makes the output ceil(input / stride), the larger half behind.</param>
internal readonly record struct Window(int Height, int Width, int StrideY = 1, int StrideX = 1, int RateY = 1, int RateX = 1, Margins? Margins = null)
{
    /// <summary>A square kernel with SAME padding.</summary>
    public static Window Same(int kernel, int stride = 1, int rate = 1) => new(kernel, kernel, stride, stride, rate, rate);

    /// <summary>The padding for a plane.</summary>
    public Margins MarginsFor(PictureSize size)
    {
        if (Margins is { } margins) return margins;
        var (top, bottom) = SamePadding(size.Height, Height, StrideY, RateY);
        var (left, right) = SamePadding(size.Width, Width, StrideX, RateX);
        return new(top, left, bottom, right);
    }

    /// <summary>The size that comes out; not positive where the kernel does not fit.</summary>
    public PictureSize After(PictureSize size)
    {
        var margins = MarginsFor(size);
        return new(
            Places(size.Width + (long)margins.Left + margins.Right, Width, StrideX, RateX),
            Places(size.Height + (long)margins.Top + margins.Bottom, Height, StrideY, RateY));
    }

    private static (int Begin, int End) SamePadding(int size, int kernel, int stride, int rate)
    {
        var places = (size + (long)stride - 1) / stride;
        var total = Math.Max(0, (places - 1) * stride + ((long)kernel - 1) * rate + 1 - size);
        var begin = (int)Math.Min(total / 2, int.MaxValue / 4);
        return (begin, (int)Math.Min(total - begin, int.MaxValue / 4));
    }

    private static int Places(long size, int kernel, int stride, int rate)
    {
        var room = size - ((long)kernel - 1) * rate - 1;
        return room < 0 ? 0 : (int)Math.Min(room / stride + 1, int.MaxValue);
    }
}
