using System.Buffers.Binary;
using System.Text;

namespace SegPipe.Models.Import.TensorFlow.Bundles;

/// <summary>Reads a sorted string table (the LevelDB format), as which the index of a checkpoint is stored.</summary>
internal static class SortedTable
{
    private const int FooterBytes = 48, TrailerBytes = 5, MaxEntries = 20_000, MaxKeyBytes = 4096;
    private const long MaxFileBytes = 64L << 20, MaxKeyBytesTotal = 8L << 20;
    private const ulong Magic = 0xDB4775248B80FB57;

    /// <summary>Whether a file ends as such a table does.</summary>
    public static bool LooksLike(string path)
    {
        if (!File.Exists(path)) return false;
        using var file = File.OpenRead(path);
        if (file.Length < FooterBytes) return false;
        Span<byte> end = stackalloc byte[8];
        file.Seek(-8, SeekOrigin.End);
        file.ReadExactly(end);
        return BinaryPrimitives.ReadUInt64LittleEndian(end) == Magic;
    }

    /// <summary>All entries, in the order of their keys.</summary>
    /// <exception cref="SegPipeException">65 with the offset.</exception>
    public static List<(string Key, ProtoMessage Value)> Read(string path)
    {
        var whole = new ProtoMessage(path, SourceFile.Bytes(path, MaxFileBytes), 0);
        var length = whole.Bytes.Length;
        if (length < FooterBytes || BinaryPrimitives.ReadUInt64LittleEndian(whole.Bytes.Span[^8..]) != Magic) throw Damage.At(path, Math.Max(0, length - 8), "it does not end as an index does");
        var footer = new TableCursor(whole with { Bytes = whole.Bytes[^FooterBytes..], Offset = length - FooterBytes });
        footer.Handle();
        var index = Block(whole, footer.Handle());
        var entries = new List<(string, ProtoMessage)>();
        var end = 0L;
        var keyBytes = 0L;
        foreach (var (key, handle) in Entries(index))
        {
            var place = new TableCursor(handle).Handle();
            // Blocks follow each other; without this an index could name one block again and again.
            if (place.Offset < end) throw handle.Wrong($"block {entries.Count} lies before the end of the last one");
            end = place.Offset + place.Size;
            foreach (var entry in Entries(Block(whole, place)))
            {
                if (entries.Count == MaxEntries || (keyBytes += entry.Key.Length) > MaxKeyBytesTotal) throw entry.Value.Wrong($"there are more than {MaxEntries} entries, or their names are too long");
                entries.Add(entry);
            }
        }

        return entries;
    }

    private static ProtoMessage Block(ProtoMessage whole, (long Offset, long Size) place)
    {
        if (place.Offset < 0 || place.Size < 4 || place.Offset > whole.Bytes.Length - FooterBytes - TrailerBytes - place.Size) throw whole.Wrong($"a block of {place.Size} bytes at {place.Offset} goes beyond the file");
        var (start, size) = ((int)place.Offset, (int)place.Size);
        var span = whole.Bytes.Span;
        if (span[start + size] != 0) throw whole.Wrong("a compressed block is not supported", start);
        if (Checksum.Of(span.Slice(start, size + 1)) != BinaryPrimitives.ReadUInt32LittleEndian(span[(start + size + 1)..])) throw whole.Wrong("a block does not match its checksum", start);
        return whole with { Bytes = whole.Bytes.Slice(start, size), Offset = start };
    }

    private static IEnumerable<(string Key, ProtoMessage Value)> Entries(ProtoMessage block)
    {
        var restarts = BinaryPrimitives.ReadUInt32LittleEndian(block.Bytes.Span[^4..]);
        var end = block.Bytes.Length - 4L - 4L * restarts;
        if (end < 0) throw block.Wrong($"a block cannot have {restarts} restarts");
        var cursor = new TableCursor(block with { Bytes = block.Bytes[..(int)end] });
        byte[] key = [];
        while (!cursor.AtEnd)
        {
            var at = cursor.Position;
            var (shared, added, size) = (cursor.Length(), cursor.Length(), cursor.Length());
            if (shared > key.Length || shared + added > MaxKeyBytes) throw block.Wrong($"a key shares {shared} bytes and adds {added}", at);
            byte[] next = [.. key.AsSpan(0, shared), .. cursor.Take(added).Span];
            if (key.AsSpan().SequenceCompareTo(next) > 0) throw block.Wrong("keys are not in order", at);
            key = next;
            yield return (Encoding.UTF8.GetString(key), block with { Offset = block.Offset + cursor.Position, Bytes = cursor.Take(size) });
        }
    }

    /// <summary>Reads numbers and pieces one after the other.</summary>
    private sealed class TableCursor(ProtoMessage from)
    {
        public int Position { get; private set; }

        public bool AtEnd => Position >= from.Bytes.Length;

        public (long Offset, long Size) Handle() => (Number(), Number());

        public int Length() => Number() is var length and <= int.MaxValue / 2 ? (int)length : throw from.Wrong("a length is impossible", Position);

        public ReadOnlyMemory<byte> Take(int length)
        {
            if (length > from.Bytes.Length - Position) throw from.Wrong($"{length} bytes go beyond the block", Position);
            Position += length;
            return from.Bytes.Slice(Position - length, length);
        }

        private long Number()
        {
            var (value, next) = from.Varint(Position);
            Position = next;
            return value <= long.MaxValue ? (long)value : throw from.Wrong("a number is impossible", Position);
        }
    }
}
