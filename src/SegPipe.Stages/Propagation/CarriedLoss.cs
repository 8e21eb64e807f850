using SegPipe.Stages.Kernels;

namespace SegPipe.Stages.Propagation;

/// <summary>
/// What carrying over costs: a carried picture is inferred, too, now and then, and classes are compared on the fine grid. What comes out is the
/// carried one all the same.
/// </summary>
/// <param name="plan">The network's grid and the fine one.</param>
/// <param name="every">One carried picture in so many is checked; 0: none.</param>
internal sealed class CarriedLoss(LogitsWarpPlan plan, int every)
{
    private float[] _cells = [], _inferred = [];
    private object? _checked;
    private long _carried, _compared, _differing;

    /// <summary>Share of the compared cells whose class is not the one that inference gives, 0–1.</summary>
    public double Share => (double)_differing / _compared;

    /// <summary>Whether the next carried picture is to be inferred, too. Pictures that wait at once are not checked twice.</summary>
    public bool IsDue() => every > 0 && _carried++ % every == every / 2 && _checked is null;

    /// <summary>Keeps what inference gave for a picture (classes × rows × columns of the network's grid) until its carried logits are there.</summary>
    public void Keep(object picture, ReadOnlySpan<float> logits)
    {
        if (_cells.Length == 0)
        {
            _cells = new float[plan.Cells.Width * plan.Cells.Height * plan.Depth];
            _inferred = new float[plan.Fine.Width * plan.Fine.Height * plan.Classes];
        }

        LogitsWarp.ToCells(plan, logits, _cells);
        _checked = picture;
    }

    /// <summary>Compares a picture's carried logits (classes × rows × columns of the fine grid) with what was kept; false where nothing was kept for it.</summary>
    public bool Compare(object picture, ReadOnlySpan<float> carried)
    {
        if (!ReferenceEquals(picture, _checked)) return false;
        _checked = null;
        LogitsWarp.Run(plan, new(_cells, null, 1), _inferred);
        var cells = plan.Fine.Width * plan.Fine.Height;
        for (var i = 0; i < cells; i++)
        {
            if (Class(carried, i, cells) != Class(_inferred, i, cells)) _differing++;
        }

        _compared += cells;
        return true;
    }

    /// <summary>Forgets a picture that is not carried after all.</summary>
    public void Drop(object picture)
    {
        if (ReferenceEquals(picture, _checked)) _checked = null;
    }

    private int Class(ReadOnlySpan<float> logits, int cell, int cells)
    {
        var best = 0;
        for (var c = 1; c < plan.Classes; c++)
        {
            if (logits[c * cells + cell] > logits[best * cells + cell]) best = c;
        }

        return best;
    }
}
