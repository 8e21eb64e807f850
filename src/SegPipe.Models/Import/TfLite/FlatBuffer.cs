using System.Buffers.Binary;
using System.Text;

namespace SegPipe.Models.Import.TfLite;

/// <summary>Bytes of a FlatBuffer: every read is checked against the end of the file.</summary>
/// <param name="bytes">The whole file.</param>
/// <param name="path">Its path, for messages.</param>
internal sealed class FlatBuffer(byte[] bytes, string path)
{
    // Tables may share what they point to, so that a small file could unfold into a huge model; real files share next to nothing.
    private const int TableCost = 64;
    private long _budget = 2L * bytes.Length + 64 * 1024;

    /// <summary>Length in bytes.</summary>
    public int Length => bytes.Length;

    /// <summary>The table that the file's first offset leads to.</summary>
    public FlatTable Root => Table(0);

    /// <summary>What is wrong at a place of the file.</summary>
    public SegPipeException Damaged(long offset, string what) =>
        new(ExitCode.InputUnusable, $"{path} is damaged at offset {offset}: {what}.", "Fetch the file again.");

    /// <summary>What cannot be converted, at a place of the file.</summary>
    public SegPipeException Unsupported(long offset, string what) =>
        new(ExitCode.InputUnusable, $"{path} at offset {offset}: {what}.", "Only segmentation networks of the families in docs/models.md can be imported.");

    /// <summary>A range of the file.</summary>
    /// <exception cref="SegPipeException">65 if it reaches beyond the end.</exception>
    public ReadOnlyMemory<byte> Slice(long offset, long length)
    {
        if (offset < 0 || length < 0 || offset > bytes.Length - length) throw Damaged(offset, $"{length} bytes reach beyond the end of the file ({bytes.Length} bytes)");
        return bytes.AsMemory((int)offset, (int)length);
    }

    /// <summary>Unsigned 16-bit number.</summary>
    public ushort UInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, 2).Span);

    /// <summary>Signed 32-bit number.</summary>
    public int Int32(long offset) => BinaryPrimitives.ReadInt32LittleEndian(Slice(offset, 4).Span);

    /// <summary>Unsigned 32-bit number.</summary>
    public uint UInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, 4).Span);

    /// <summary>Signed 64-bit number.</summary>
    public long Int64(long offset) => BinaryPrimitives.ReadInt64LittleEndian(Slice(offset, 8).Span);

    /// <summary>The table that an offset stored at <paramref name="offset"/> leads to.</summary>
    public FlatTable Table(long offset)
    {
        Spend(offset, TableCost);
        return new(this, Follow(offset));
    }

    /// <summary>The vector that an offset stored at <paramref name="offset"/> leads to.</summary>
    public FlatVector Vector(long offset, int elementBytes)
    {
        var start = Follow(offset);
        var count = UInt32(start);
        if (count > (bytes.Length - start - 4) / elementBytes) throw Damaged(start, $"a list of {count} elements reaches beyond the end of the file");
        return new FlatVector(this, start + 4, (int)count);
    }

    /// <summary>The text that an offset stored at <paramref name="offset"/> leads to.</summary>
    public string Text(long offset)
    {
        var letters = Vector(offset, 1);
        Spend(letters.Start, letters.Count);
        return Encoding.UTF8.GetString(Slice(letters.Start, letters.Count).Span);
    }

    /// <summary>Notes that a part of the file is unfolded into memory.</summary>
    /// <exception cref="SegPipeException">65 if much more is unfolded than the file holds.</exception>
    public void Spend(long offset, long amount)
    {
        if ((_budget -= amount) < 0) throw Damaged(offset, "its parts point to the same data over and over");
    }

    private long Follow(long offset)
    {
        var target = offset + UInt32(offset);
        // Offsets only lead forward, so that nothing can be its own ancestor; zero would lead to itself.
        return target > offset && target <= bytes.Length - 4 ? target : throw Damaged(offset, $"an offset leads to {target}, outside of the file");
    }
}

/// <summary>A list inside of a FlatBuffer, whose elements lie within the file.</summary>
/// <param name="Buffer">The file.</param>
/// <param name="Start">Offset of the first element.</param>
/// <param name="Count">Number of elements.</param>
internal readonly record struct FlatVector(FlatBuffer Buffer, long Start, int Count)
{
    /// <summary>The elements as 32-bit numbers.</summary>
    public int[] Int32s()
    {
        Buffer.Spend(Start, 4L * Count);
        var values = new int[Count];
        for (var i = 0; i < Count; i++) values[i] = Buffer.Int32(Start + 4L * i);
        return values;
    }

    /// <summary>The elements as tables.</summary>
    public IEnumerable<FlatTable> Tables()
    {
        for (var i = 0; i < Count; i++) yield return Buffer.Table(Start + 4L * i);
    }
}
