using System.Runtime.InteropServices;
using SegPipe.Frames;

namespace SegPipe.Stages.Propagation;

/// <summary>
/// What motion is searched in: one channel of a network's input at half its size, a byte a pixel, whole blocks of 8 × 8, its edges repeated outwards as far as
/// the search reaches.
/// </summary>
internal sealed class MotionPicture
{
    /// <summary>Columns and rows of a block.</summary>
    public const int Block = 8;

    /// <summary>The farthest displacement, columns and rows; a vector's worth of columns more may be read.</summary>
    public const int ReachX = 12, ReachY = 6;

    private const int Margin = 32;

    /// <param name="input">Size of the network's input, from 2 × 2.</param>
    public MotionPicture(PictureSize input)
    {
        Size = new(input.Width / 2, input.Height / 2);
        Blocks = new((Size.Width + Block - 1) / Block, (Size.Height + Block - 1) / Block);
        Stride = Margin + ((Blocks.Width * Block) + Margin - 1) / Margin * Margin + Margin;
        Pixels = new byte[Stride * (Blocks.Height * Block + 2 * ReachY)];
    }

    public PictureSize Size { get; }

    /// <summary>Columns and rows of blocks; the last ones may hang over the edge.</summary>
    public PictureSize Blocks { get; }

    public int Stride { get; }

    public byte[] Pixels { get; }

    /// <summary>Place of the first pixel.</summary>
    public int Origin => ReachY * Stride + Margin;

    /// <summary>Takes the means of 2 × 2 values of the second channel (green, the nearest to brightness), scaled to levels of 0–255 and cut to whole ones.</summary>
    /// <param name="tensor">The network's input.</param>
    /// <param name="format">Its format.</param>
    /// <param name="gain">Level = (value − bias) · gain.</param>
    /// <param name="bias">See <paramref name="gain"/>.</param>
    public void Fill(ReadOnlySpan<byte> tensor, TensorFormat format, float gain, float bias)
    {
        int step = format.Layout == TensorLayout.Nchw ? 1 : format.Channels, width = format.Size.Width * step;
        var first = format.Layout == TensorLayout.Nchw ? format.Size.Width * format.Size.Height : 1;
        for (var y = 0; y < Size.Height; y++)
        {
            var row = Pixels.AsSpan(Origin + y * Stride, Size.Width);
            var at = first + 2 * y * width;
            if (format.Element == ElementType.UInt8) FillRow(tensor[at..], width, step, row);
            else FillRow(MemoryMarshal.Cast<byte, float>(tensor)[at..], width, step, row, gain, bias);
        }

        RepeatEdges();
    }

    private static void FillRow(ReadOnlySpan<byte> from, int next, int step, Span<byte> row)
    {
        for (int x = 0, at = 0; x < row.Length; x++, at += 2 * step)
            row[x] = (byte)((from[at] + from[at + step] + from[at + next] + from[at + next + step]) >> 2);
    }

    private static void FillRow(ReadOnlySpan<float> from, int next, int step, Span<byte> row, float gain, float bias)
    {
        var quarter = gain / 4;
        var offset = bias * gain;
        for (int x = 0, at = 0; x < row.Length; x++, at += 2 * step)
            row[x] = (byte)Math.Clamp((from[at] + from[at + step] + (from[at + next] + from[at + next + step])) * quarter - offset, 0, 255);
    }

    private void RepeatEdges()
    {
        for (var y = 0; y < Size.Height; y++)
        {
            var row = Pixels.AsSpan((ReachY + y) * Stride, Stride);
            row[..Margin].Fill(row[Margin]);
            row[(Margin + Size.Width)..].Fill(row[Margin + Size.Width - 1]);
        }

        var pixels = Pixels.AsSpan();
        var top = pixels.Slice(ReachY * Stride, Stride);
        for (var y = 0; y < ReachY; y++) top.CopyTo(pixels[(y * Stride)..]);
        var bottom = pixels.Slice((ReachY + Size.Height - 1) * Stride, Stride);
        for (var y = ReachY + Size.Height; y < pixels.Length / Stride; y++) bottom.CopyTo(pixels[(y * Stride)..]);
    }
}
