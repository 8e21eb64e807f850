using SegPipe.Frames;

namespace SegPipe.Stages.Propagation;

/// <summary>Where the blocks of one picture lie in another.</summary>
/// <param name="blocks">Columns and rows of blocks.</param>
internal sealed class MotionField(PictureSize blocks)
{
    public PictureSize Blocks => blocks;

    /// <summary>Pixels to the right, for each block.</summary>
    public int[] X { get; } = new int[blocks.Width * blocks.Height];

    /// <summary>Pixels down.</summary>
    public int[] Y { get; } = new int[blocks.Width * blocks.Height];

    /// <summary>What the displacement costs, in 1/1024 of a level: the mean difference of a pixel in and around the block, and a little for its length.</summary>
    public int[] Cost { get; } = new int[blocks.Width * blocks.Height];

    /// <summary>The mean cost of all blocks in levels.</summary>
    public double Residual
    {
        get
        {
            long sum = 0;
            foreach (var cost in Cost) sum += cost;
            return sum / 1024.0 / Cost.Length;
        }
    }
}
