using System.Buffers.Binary;
using System.Text;

namespace SegPipe.Models.Import.Pickle;

/// <summary>Reads the directory at the end of a zip, with zip64 records, in bounded memory: System.IO.Compression reads as many entries as a file claims.</summary>
internal static class ZipDirectory
{
    private const int MostEntries = 20_000, LongestName = 512;
    private const int EndLength = 22, LongestComment = 65_535, LocatorLength = 20, End64Length = 56, EntryLength = 46;
    private const uint EndMark = 0x06054b50, LocatorMark = 0x07064b50, End64Mark = 0x06064b50, EntryMark = 0x02014b50;
    private const ushort Extra64 = 1, Encrypted = 1;

    /// <summary>The entries by name.</summary>
    /// <exception cref="SegPipeException">65 with the offset.</exception>
    public static Dictionary<string, ZipEntry> Read(string where, ReadOnlySpan<byte> file)
    {
        var end = FindEnd(where, file);
        long count = U16(file, end + 10), at = U32(file, end + 16);
        if (end >= LocatorLength && U32(file, end - LocatorLength) == LocatorMark)
        {
            var end64 = U64(where, file, end - LocatorLength + 8);
            if (end64 > file.Length - End64Length || U32(file, (int)end64) != End64Mark) throw CheckpointFault.At(where, end - LocatorLength, "the zip's directory is not where it is said to be");
            (count, at) = (U64(where, file, (int)end64 + 32), U64(where, file, (int)end64 + 48));
        }
        if (count > MostEntries) throw CheckpointFault.At(where, end, $"the zip has {count} entries");

        var entries = new Dictionary<string, ZipEntry>((int)count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            if (at > file.Length - EntryLength || U32(file, (int)at) != EntryMark) throw CheckpointFault.At(where, at, "the zip's directory is damaged");
            var (entry, length) = ReadEntry(where, file, (int)at);
            if (!entries.TryAdd(entry.Name, entry)) throw CheckpointFault.At(where, at, $"the zip has two entries {CheckpointFault.Quote(entry.Name)}");
            at += length;
        }
        return entries;
    }

    private static (ZipEntry Entry, int Length) ReadEntry(string where, ReadOnlySpan<byte> file, int at)
    {
        int name = U16(file, at + 28), extra = U16(file, at + 30), comment = U16(file, at + 32);
        var length = EntryLength + name + extra + comment;
        if (name > LongestName || length > file.Length - at) throw CheckpointFault.At(where, at, "the zip's directory has an entry that does not fit");
        if ((U16(file, at + 8) & Encrypted) != 0) throw CheckpointFault.At(where, at, "the zip is encrypted");

        long packed = U32(file, at + 20), size = U32(file, at + 24), header = U32(file, at + 42);
        Widen(where, file.Slice(at + EntryLength + name, extra), ref size, ref packed, ref header);
        var text = Encoding.UTF8.GetString(file.Slice(at + EntryLength, name));
        return (new(text, U16(file, at + 10), U32(file, at + 16), packed, size, header), length);
    }

    // A zip64 field holds, in this order, what did not fit into 32 bits.
    private static void Widen(string where, ReadOnlySpan<byte> extra, ref long size, ref long packed, ref long header)
    {
        while (extra.Length >= 4)
        {
            int kind = U16(extra, 0), length = U16(extra, 2);
            if (length > extra.Length - 4) return;
            if (kind == Extra64)
            {
                var field = extra.Slice(4, length);
                var at = 0;
                Take(where, field, ref at, ref size);
                Take(where, field, ref at, ref packed);
                Take(where, field, ref at, ref header);
            }
            extra = extra[(4 + length)..];
        }
    }

    private static void Take(string where, ReadOnlySpan<byte> field, ref int at, ref long value)
    {
        if (value != uint.MaxValue || field.Length - at < 8) return;
        value = U64(where, field, at);
        at += 8;
    }

    private static int FindEnd(string where, ReadOnlySpan<byte> file)
    {
        for (var at = file.Length - EndLength; at >= Math.Max(0, file.Length - EndLength - LongestComment); at--)
            if (U32(file, at) == EndMark) return at;
        throw CheckpointFault.At(where, file.Length, "the zip ends without its directory: the file is cut short", "Fetch it again.");
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long U64(string where, ReadOnlySpan<byte> bytes, int at)
    {
        var value = BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
        return value <= long.MaxValue ? (long)value : throw CheckpointFault.In(where, $"the zip has an offset or a size of {value}");
    }
}
