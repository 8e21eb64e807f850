namespace SegPipe.Pictures;

/// <summary>The cosine transform of a block of 8×8 samples, and its quantization.</summary>
internal sealed class JpegQuantizer
{
    private const int Block = 8;

    // Tables K.1 and K.2 of T.81.
    private static readonly byte[] LumaSteps =
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static readonly byte[] ChromaSteps =
    [
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    ];

    private static readonly int[] ZigZag =
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    // Row k: the k-th basis function at the eight samples.
    private static readonly float[] Cosines =
        [.. from k in Enumerable.Range(0, Block) from x in Enumerable.Range(0, Block) select (float)((k == 0 ? Math.Sqrt(0.5) : 1) * 0.5 * Math.Cos((2 * x + 1) * k * Math.PI / 16))];

    private readonly float[] _inverse;
    private readonly int[] _levels = new int[Block * Block];

    private JpegQuantizer(byte[] steps, int quality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        var scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        Table = [.. ZigZag.Select(place => (byte)Math.Clamp((steps[place] * scale + 50) / 100, 1, 255))];
        _inverse = [.. Table.Select(step => 1f / step)];
    }

    /// <summary>The steps in zigzag order, as they stand in a file.</summary>
    public byte[] Table { get; }

    public static JpegQuantizer Luma(int quality) => new(LumaSteps, quality);

    public static JpegQuantizer Chroma(int quality) => new(ChromaSteps, quality);

    /// <summary>Transforms and quantizes a block, which is overwritten; gives the levels in zigzag order, valid until the next call.</summary>
    public ReadOnlySpan<int> Quantize(Span<float> block)
    {
        Span<float> rows = stackalloc float[Block * Block];
        Transform(block, rows);
        Transform(rows, block);
        for (var i = 0; i < ZigZag.Length; i++) _levels[i] = (int)MathF.Round(block[ZigZag[i]] * _inverse[i]);
        return _levels;
    }

    /// <summary>Transforms each row and turns the block over, so that twice is both directions.</summary>
    private static void Transform(ReadOnlySpan<float> from, Span<float> to)
    {
        for (var row = 0; row < Block; row++)
        {
            var samples = from.Slice(row * Block, Block);
            for (var k = 0; k < Block; k++)
            {
                float sum = 0;
                for (var x = 0; x < Block; x++) sum += samples[x] * Cosines[k * Block + x];
                to[k * Block + row] = sum;
            }
        }
    }
}
