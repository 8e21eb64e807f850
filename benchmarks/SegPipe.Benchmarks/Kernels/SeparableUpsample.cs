using System.Numerics;
using SegPipe.Stages.Kernels;

namespace SegPipe.Benchmarks.Kernels;

/// <summary>The usual way, vectorised: every class is interpolated to the full size, the largest is kept.</summary>
internal sealed class SeparableUpsample(VimUpsamplePlan plan)
{
    private readonly float[] _row = new float[plan.Cells.Width];
    private readonly float[] _score = new float[plan.Labels.Width];
    private readonly float[] _left = new float[plan.Labels.Width];
    private readonly float[] _right = new float[plan.Labels.Width];
    private readonly int[] _best = new int[plan.Labels.Width];

    public void Run(ReadOnlySpan<float> logits, Span<byte> labels)
    {
        for (var y = 0; y < plan.Labels.Height; y++)
        {
            _score.AsSpan().Fill(float.NegativeInfinity);
            for (var c = 0; c < plan.Classes; c++)
            {
                var plane = logits.Slice(c * plan.Best.Length, plan.Best.Length);
                Rows(plane.Slice(plan.Rows.Low[y] * _row.Length, _row.Length), plane.Slice(plan.Rows.High[y] * _row.Length, _row.Length), plan.Rows.Weight[y]);
                for (var x = 0; x < _left.Length; x++) (_left[x], _right[x]) = (_row[plan.Columns.Low[x]], _row[plan.Columns.High[x]]);
                Columns(c);
            }

            for (var x = 0; x < _best.Length; x++) labels[y * _best.Length + x] = (byte)_best[x];
        }
    }

    private void Rows(ReadOnlySpan<float> top, ReadOnlySpan<float> bottom, float weight)
    {
        for (var x = 0; x <= _row.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            var a = new Vector<float>(top[x..]);
            (a + new Vector<float>(weight) * (new Vector<float>(bottom[x..]) - a)).CopyTo(_row, x);
        }
    }

    private void Columns(int label)
    {
        for (var x = 0; x <= _score.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            var a = new Vector<float>(_left, x);
            var value = a + new Vector<float>(plan.Columns.Weight, x) * (new Vector<float>(_right, x) - a);
            var score = new Vector<float>(_score, x);
            Vector.ConditionalSelect(Vector.GreaterThan(value, score), new Vector<int>(label), new Vector<int>(_best, x)).CopyTo(_best, x);
            Vector.MaxNative(value, score).CopyTo(_score, x);
        }
    }
}
