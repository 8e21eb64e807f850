using System.Numerics;
using SegPipe.Frames;
using SegPipe.Stages.Propagation;

namespace SegPipe.Stages.Kernels;

/// <summary>Tables and scratch of <see cref="LogitsWarp"/> for one network; made once, used by one thread at a time.</summary>
internal sealed class LogitsWarpPlan
{
    // Pixels of the network's input that a cell of the fine grid stands for, where the network's own cells are coarser.
    private const int FinePixels = 4;

    /// <param name="logits">Format of the sources.</param>
    /// <param name="picture">A picture of the size that motion is searched in.</param>
    public LogitsWarpPlan(LogitsFormat logits, MotionPicture picture)
    {
        Classes = logits.Classes.Count;
        Depth = (Classes + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        Cells = logits.Size;
        var factor = Math.Max(1, (int)Math.Round((double)logits.InputSize.Width / logits.Size.Width / FinePixels));
        var isAligned = logits.Coordinates == CoordinateRule.AlignCorners;
        Fine = isAligned ? new((Cells.Width - 1) * factor + 1, (Cells.Height - 1) * factor + 1) : new(Cells.Width * factor, Cells.Height * factor);
        X = Positions(Fine.Width, factor, logits.Coordinates);
        Y = Positions(Fine.Height, factor, logits.Coordinates);
        CellsPerPixelX = PerPixel(Cells.Width, picture.Size.Width, isAligned);
        CellsPerPixelY = PerPixel(Cells.Height, picture.Size.Height, isAligned);
        BlockX = BlocksAt(X, CellsPerPixelX, picture.Blocks.Width, logits.Coordinates);
        BlockY = BlocksAt(Y, CellsPerPixelY, picture.Blocks.Height, logits.Coordinates);
        Row = new float[Fine.Width * Depth];
    }

    public int Classes { get; }

    /// <summary>Floats from one cell to the next: the classes in whole vectors.</summary>
    public int Depth { get; }

    /// <summary>Columns and rows of the sources' cells.</summary>
    public PictureSize Cells { get; }

    /// <summary>Columns and rows of the output's cells.</summary>
    public PictureSize Fine { get; }

    /// <summary>Where the output's columns stand among the sources'.</summary>
    public float[] X { get; }

    public float[] Y { get; }

    public float CellsPerPixelX { get; }

    public float CellsPerPixelY { get; }

    /// <summary>The two blocks whose centres the output's columns stand between.</summary>
    public (int Low, int High, float Weight)[] BlockX { get; }

    public (int Low, int High, float Weight)[] BlockY { get; }

    /// <summary>Scratch: a row of the output by cell.</summary>
    public float[] Row { get; }

    private static float[] Positions(int length, int factor, CoordinateRule rule) =>
        [.. Enumerable.Range(0, length).Select(i => rule == CoordinateRule.HalfPixel ? (float)((i + 0.5) / factor - 0.5) : (float)i / factor)];

    private static float PerPixel(int cells, int pixels, bool isAligned) => isAligned && pixels > 1 ? (float)(cells - 1) / (pixels - 1) : (float)cells / pixels;

    private static (int, int, float)[] BlocksAt(float[] positions, float perPixel, int blocks, CoordinateRule rule)
    {
        var half = rule == CoordinateRule.HalfPixel ? 0.5f : 0;
        return [.. positions.Select(cell =>
        {
            var pixel = (cell + half) / perPixel - half;
            var at = Math.Clamp((pixel + 0.5f) / MotionPicture.Block - 0.5f, 0, blocks - 1);
            return ((int)at, Math.Min((int)at + 1, blocks - 1), at - (int)at);
        })];
    }
}
