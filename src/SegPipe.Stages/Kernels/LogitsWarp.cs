using System.Numerics;
using System.Runtime.InteropServices;
using SegPipe.Stages.Propagation;

namespace SegPipe.Stages.Kernels;

/// <summary>
/// Logits of two pictures, moved to a third between them, on a finer grid.
/// <para>
/// Cell (Y, X) of the output stands at ((Y + 0.5) / f − 0.5, (X + 0.5) / f − 0.5) of the source's cells (by its coordinate rule; f is the plan's factor). The motion and its
/// cost there are interpolated bilinearly between the centres of blocks. From each source the position plus motion is sampled bilinearly, clamped to the cells that
/// there are, rows first, each step <c>a + w · (b − a)</c> in float32, rounded on its own; then <c>past + share · (future − past)</c>, where the shares of both are as
/// 1 / ((cost + 1) · distance).
/// </para>
/// <para>Vectors run over classes with the reference's operations, so bits are equal.</para>
/// </summary>
internal static class LogitsWarp
{
    /// <summary>A source: logits by cell, and the motion from the output's picture to its own (null: none) at a distance in pictures.</summary>
    internal readonly ref struct Source(ReadOnlySpan<float> cells, MotionField? motion, int distance)
    {
        public ReadOnlySpan<float> Cells { get; } = cells;

        public MotionField? Motion { get; } = motion;

        public int Distance { get; } = distance;
    }

    /// <summary>Turns planes of classes into cells of classes, each padded to <see cref="LogitsWarpPlan.Depth"/>.</summary>
    /// <exception cref="ArgumentException">A span is not of the plan's size.</exception>
    public static void ToCells(LogitsWarpPlan plan, ReadOnlySpan<float> planes, Span<float> cells)
    {
        var count = plan.Cells.Width * plan.Cells.Height;
        if (planes.Length != count * plan.Classes || cells.Length != count * plan.Depth) throw new ArgumentException($"{planes.Length} logits and {cells.Length} places for them");
        for (var c = 0; c < plan.Classes; c++)
        {
            var plane = planes.Slice(c * count, count);
            for (int i = 0, at = c; i < plane.Length; i++, at += plan.Depth) cells[at] = plane[i];
        }
    }

    /// <summary>Fills <paramref name="output"/> (classes × rows × columns of the fine grid) from one source.</summary>
    public static void Run(LogitsWarpPlan plan, Source only, Span<float> output) => Run(plan, only, only, output, isOne: true, vectors: true);

    /// <summary>Fills <paramref name="output"/> (classes × rows × columns of the fine grid) from two sources.</summary>
    public static void Run(LogitsWarpPlan plan, Source past, Source future, Span<float> output) => Run(plan, past, future, output, isOne: false, vectors: true);

    /// <summary>The plain loops that define the result.</summary>
    public static void RunReference(LogitsWarpPlan plan, Source past, Source future, Span<float> output, bool isOne) => Run(plan, past, future, output, isOne, vectors: false);

    private static void Run(LogitsWarpPlan plan, Source past, Source future, Span<float> output, bool isOne, bool vectors)
    {
        int width = plan.Fine.Width, count = width * plan.Fine.Height;
        if (output.Length != count * plan.Classes) throw new ArgumentException($"{output.Length} places for logits of {plan.Fine} with {plan.Classes} classes");
        var row = plan.Row.AsSpan();
        for (var y = 0; y < plan.Fine.Height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var cell = row.Slice(x * plan.Depth, plan.Depth);
                var (from, fromCost) = Locate(plan, past.Motion, x, y);
                if (isOne)
                {
                    if (vectors) Sample(plan, past.Cells, from, cell);
                    else SampleReference(plan, past.Cells, from, cell);
                    continue;
                }

                var (to, toCost) = Locate(plan, future.Motion, x, y);
                float near = (toCost + 1) * future.Distance, far = (fromCost + 1) * past.Distance;
                var share = far / (near + far);
                if (vectors) Blend(plan, past.Cells, from, future.Cells, to, share, cell);
                else BlendReference(plan, past.Cells, from, future.Cells, to, share, cell);
            }

            // From cells of classes back to planes, a row at a time while it is near.
            for (var c = 0; c < plan.Classes; c++)
            {
                var target = output.Slice(c * count + y * width, width);
                for (int x = 0, at = c; x < target.Length; x++, at += plan.Depth) target[x] = row[at];
            }
        }
    }

    private static (Place Place, float Cost) Locate(LogitsWarpPlan plan, MotionField? motion, int x, int y)
    {
        float atX = plan.X[x], atY = plan.Y[y], cost = 0;
        if (motion is not null)
        {
            var (column, row) = (plan.BlockX[x], plan.BlockY[y]);
            int a = row.Low * motion.Blocks.Width + column.Low, b = row.Low * motion.Blocks.Width + column.High;
            int c = row.High * motion.Blocks.Width + column.Low, d = row.High * motion.Blocks.Width + column.High;
            atX += Between(motion.X, a, b, c, d, column.Weight, row.Weight) * plan.CellsPerPixelX;
            atY += Between(motion.Y, a, b, c, d, column.Weight, row.Weight) * plan.CellsPerPixelY;
            cost = Between(motion.Cost, a, b, c, d, column.Weight, row.Weight) * (1f / 1024);
        }

        var (left, top) = (Math.Clamp(atX, 0, plan.Cells.Width - 1), Math.Clamp(atY, 0, plan.Cells.Height - 1));
        int x0 = (int)left, y0 = (int)top, x1 = Math.Min(x0 + 1, plan.Cells.Width - 1), y1 = Math.Min(y0 + 1, plan.Cells.Height - 1);
        int width = plan.Cells.Width * plan.Depth;
        return (new(y0 * width + x0 * plan.Depth, y0 * width + x1 * plan.Depth, y1 * width + x0 * plan.Depth, y1 * width + x1 * plan.Depth, left - x0, top - y0), cost);
    }

    private static float Between(int[] values, int a, int b, int c, int d, float across, float down)
    {
        var left = values[a] + down * (values[c] - values[a]);
        var right = values[b] + down * (values[d] - values[b]);
        return left + across * (right - left);
    }

    private static void Sample(LogitsWarpPlan plan, ReadOnlySpan<float> cells, in Place at, Span<float> output)
    {
        ref var origin = ref MemoryMarshal.GetReference(cells);
        for (var c = 0; c < plan.Depth; c += Vector<float>.Count) At(ref origin, at, c).CopyTo(output[c..]);
    }

    private static void Blend(LogitsWarpPlan plan, ReadOnlySpan<float> past, in Place from, ReadOnlySpan<float> future, in Place to, float share, Span<float> output)
    {
        ref float origin = ref MemoryMarshal.GetReference(past), other = ref MemoryMarshal.GetReference(future);
        for (var c = 0; c < plan.Depth; c += Vector<float>.Count)
        {
            var first = At(ref origin, from, c);
            (first + share * (At(ref other, to, c) - first)).CopyTo(output[c..]);
        }
    }

    private static Vector<float> At(ref float cells, in Place at, int c)
    {
        Vector<float> a = Vector.LoadUnsafe(ref cells, (nuint)(at.TopLeft + c)), b = Vector.LoadUnsafe(ref cells, (nuint)(at.TopRight + c));
        var left = a + at.Down * (Vector.LoadUnsafe(ref cells, (nuint)(at.BottomLeft + c)) - a);
        var right = b + at.Down * (Vector.LoadUnsafe(ref cells, (nuint)(at.BottomRight + c)) - b);
        return left + at.Across * (right - left);
    }

    private static void SampleReference(LogitsWarpPlan plan, ReadOnlySpan<float> cells, in Place at, Span<float> output)
    {
        for (var c = 0; c < plan.Classes; c++) output[c] = AtReference(cells, at, c);
    }

    private static void BlendReference(LogitsWarpPlan plan, ReadOnlySpan<float> past, in Place from, ReadOnlySpan<float> future, in Place to, float share, Span<float> output)
    {
        for (var c = 0; c < plan.Classes; c++)
        {
            var first = AtReference(past, from, c);
            output[c] = first + share * (AtReference(future, to, c) - first);
        }
    }

    private static float AtReference(ReadOnlySpan<float> cells, in Place at, int c)
    {
        var left = cells[at.TopLeft + c] + at.Down * (cells[at.BottomLeft + c] - cells[at.TopLeft + c]);
        var right = cells[at.TopRight + c] + at.Down * (cells[at.BottomRight + c] - cells[at.TopRight + c]);
        return left + at.Across * (right - left);
    }

    /// <summary>Four neighbouring cells and where between them.</summary>
    private readonly record struct Place(int TopLeft, int TopRight, int BottomLeft, int BottomRight, float Across, float Down);
}
