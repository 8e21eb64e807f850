using System.Runtime.InteropServices;
using SegPipe.Frames;

namespace SegPipe.Stages.Kernels;

/// <summary>Tables and scratch of <see cref="VimUpsample"/> for one pair of formats; made once, used by one thread at a time.</summary>
internal sealed class VimUpsamplePlan
{
    /// <summary>Class of a pixel that the network never saw.</summary>
    public const byte Unseen = 255;

    public VimUpsamplePlan(LogitsFormat logits, PictureSize labels, UpsampleMode mode = UpsampleMode.Exact)
    {
        Classes = logits.Classes.Count;
        if (Classes is < 1 or > 255) throw new ArgumentException($"{Classes} classes instead of 1 to 255");

        Cells = logits.Size;
        Labels = labels;
        Mode = mode;
        var at = logits.Placement;
        Columns = BilinearAxis.OfLabels(labels.Width, Cells.Width, logits.InputSize.Width, at.X, at.Width, logits.Coordinates);
        Rows = BilinearAxis.OfLabels(labels.Height, Cells.Height, logits.InputSize.Height, at.Y, at.Height, logits.Coordinates);
        ColumnRuns = RunsOf(Columns);
        RowRuns = RunsOf(Rows);
        OfNeighbours = ColumnRuns.Length > 0 && ColumnRuns.Index().All(r => r.Item.Low == ColumnRuns[0].Low + r.Index && r.Item.High == Math.Min(r.Item.Low + 1, Cells.Width - 1));
        IsCoarse = (long)Labels.Width * Labels.Height > 64L * Cells.Width * Cells.Height;
        OnCells = Columns.OnSamples && Rows.OnSamples;

        Best = new byte[Cells.Width * Cells.Height];
        Gap = new float[Cells.Width * Cells.Height];
        RowPeak = new float[Cells.Height];
        ColumnBest = new int[Cells.Width];
        Mixed = new int[ColumnRuns.Length];
        Allowed = new bool[Classes];
        Interpolated = new bool[Classes];
        Candidates = new int[Classes];
        Words = (Classes + 31) / 32;
        AllowedWords = new uint[Words];
        Sifted = new uint[Words * Cells.Width];
        Rules = new float[4 * Cells.Width];
        var longest = RowRuns.Length == 0 ? 0 : RowRuns.Max(r => r.End - r.Start);
        Left = new float[Classes * longest];
        Right = new float[Classes * longest];
    }

    public int Classes { get; }

    public PictureSize Cells { get; }

    public PictureSize Labels { get; }

    public UpsampleMode Mode { get; }

    public BilinearAxis Columns { get; }

    public BilinearAxis Rows { get; }

    /// <summary>Neighbouring outputs that lie between the same two cells, in order.</summary>
    public Run[] ColumnRuns { get; }

    public Run[] RowRuns { get; }

    /// <summary>Whether every pixel lies on the centre of a cell, so that nothing is interpolated.</summary>
    public bool OnCells { get; }

    /// <summary>Whether each run of columns lies between the next two cells, none left out.</summary>
    public bool OfNeighbours { get; }

    /// <summary>Whether more than 64 pixels lie between four cells.</summary>
    public bool IsCoarse { get; }

    /// <summary>Scratch: the winner of each cell.</summary>
    public byte[] Best { get; }

    /// <summary>Scratch: by how much it wins over the next class.</summary>
    public float[] Gap { get; }

    /// <summary>Scratch: the largest magnitude of each row of cells.</summary>
    public float[] RowPeak { get; }

    /// <summary>Scratch: the class that beats all others clearly in two rows of a column of cells, or −1.</summary>
    public int[] ColumnBest { get; }

    /// <summary>Scratch: the runs of columns in which no class beats all others clearly.</summary>
    public int[] Mixed { get; }

    /// <summary>Scratch: the classes that may win.</summary>
    public bool[] Allowed { get; }

    /// <summary>How many words of 32 bits the classes are.</summary>
    public int Words { get; }

    /// <summary>Scratch: <see cref="Allowed"/>, a bit a class.</summary>
    public uint[] AllowedWords { get; }

    /// <summary>Scratch: by word and column of cells, a bit for each class that may win between it, its right neighbour and the two below.</summary>
    public uint[] Sifted { get; }

    /// <summary>Scratch: at each of the four corners, by column of cells, what a class has to reach once to be a candidate.</summary>
    public float[] Rules { get; }

    /// <summary>Of the last picture: the classes that were interpolated anywhere.</summary>
    public bool[] Interpolated { get; }

    /// <summary>Scratch: the classes that may win between four cells.</summary>
    public int[] Candidates { get; }

    /// <summary>Scratch: a candidate's values at the left and right cells, interpolated to each row of the run.</summary>
    public float[] Left { get; }

    public float[] Right { get; }

    /// <summary>Of the last picture: how many classes win at least one cell.</summary>
    public int CountPresent()
    {
        Span<bool> present = stackalloc bool[Classes];
        // Neighbours are mostly alike: eight equal cells are one step.
        var words = MemoryMarshal.Cast<byte, ulong>(Best);
        foreach (var word in words)
        {
            present[(byte)word] = true;
            if (word == (byte)word * 0x0101010101010101UL) continue;
            for (var shift = 8; shift < 64; shift += 8) present[(byte)(word >> shift)] = true;
        }

        foreach (var best in Best.AsSpan(words.Length * sizeof(ulong))) present[best] = true;
        return present.Count(true);
    }

    private static Run[] RunsOf(BilinearAxis axis)
    {
        var runs = new List<Run>();
        for (int i = axis.First, start = i; i < axis.End; i++)
        {
            if (i + 1 < axis.End && axis.Low[i + 1] == axis.Low[i]) continue;
            runs.Add(new Run(start, i + 1, axis.Low[i], axis.High[i]));
            start = i + 1;
        }

        return [.. runs];
    }

    /// <summary>Outputs from <paramref name="Start"/> to before <paramref name="End"/>, all between the cells <paramref name="Low"/> and <paramref name="High"/>.</summary>
    internal readonly record struct Run(int Start, int End, int Low, int High);
}
