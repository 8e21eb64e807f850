using System.Buffers.Binary;
using System.IO.Compression;

namespace SegPipe.Models.Import.Pickle;

/// <summary>The contents of a zip that lies in memory: stored entries without a copy, deflated ones in bounded memory.</summary>
internal sealed class ZipContents
{
    private const int HeaderLength = 30;
    private const uint HeaderMark = 0x04034b50;
    private const long LeastInflated = 16 << 20;

    private readonly string _where;
    private readonly byte[] _file;
    private readonly Dictionary<string, ZipEntry> _entries;
    private long _mayInflate;

    /// <summary>Reads the directory.</summary>
    /// <exception cref="SegPipeException">65 with the offset.</exception>
    public ZipContents(string where, byte[] file)
    {
        (_where, _file, _entries) = (where, file, ZipDirectory.Read(where, file));
        _mayInflate = LeastInflated + 2L * file.Length;
    }

    /// <summary>Names of the entries.</summary>
    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>An entry's bytes, checked against their CRC-32; null where there is no such entry.</summary>
    /// <exception cref="SegPipeException">65 with the entry's name.</exception>
    public ReadOnlyMemory<byte>? Read(string name)
    {
        if (!_entries.TryGetValue(name, out var entry)) return null;
        var header = entry.Header <= _file.Length - HeaderLength ? (ReadOnlySpan<byte>)_file.AsSpan((int)entry.Header) : default;
        if (header.IsEmpty || BinaryPrimitives.ReadUInt32LittleEndian(header) != HeaderMark) throw Fault(entry, "is not where the zip's directory says");
        // Name and further fields in front of the contents may be longer than the directory's: PyTorch aligns its storages with them.
        var start = entry.Header + HeaderLength + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (entry.Packed > _file.Length - start) throw Fault(entry, $"announces {entry.Packed} bytes that the file does not have");

        ReadOnlyMemory<byte> packed = _file.AsMemory((int)start, (int)entry.Packed);
        var bytes = entry.Method switch
        {
            0 when entry.Size == entry.Packed => packed,
            8 => Inflate(entry, (int)start),
            _ => throw Fault(entry, $"is packed in a way that is not read (method {entry.Method})"),
        };
        if (entry.Crc != 0 && Crc32.Of(bytes.Span) != entry.Crc) throw Fault(entry, "is damaged: its checksum does not fit");
        return bytes;
    }

    private byte[] Inflate(ZipEntry entry, int start)
    {
        _mayInflate -= entry.Size;
        if (_mayInflate < 0) throw Fault(entry, $"would unpack to {entry.Size} bytes, far more than the file has");
        var bytes = new byte[entry.Size];
        try
        {
            using var stream = new DeflateStream(new MemoryStream(_file, start, (int)entry.Packed), CompressionMode.Decompress);
            stream.ReadExactly(bytes);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Fault(entry, "is damaged: it cannot be unpacked");
        }
        return bytes;
    }

    private SegPipeException Fault(ZipEntry entry, string cause) => CheckpointFault.In(_where, $"the entry {CheckpointFault.Quote(entry.Name)} {cause}");
}
