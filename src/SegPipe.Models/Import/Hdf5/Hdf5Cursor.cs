using System.Buffers.Binary;
using System.Text;

namespace SegPipe.Models.Import.Hdf5;

/// <summary>Reads the little-endian fields of one stretch of a file, never beyond its end.</summary>
internal struct Hdf5Cursor(Hdf5Bytes file, long position, long end)
{
    /// <summary>Offset of the next field in the file.</summary>
    public readonly long Position => position;

    /// <summary>Bytes that are left.</summary>
    public readonly long Left => end - position;

    /// <summary>An unsigned byte.</summary>
    public byte U8() => Bytes(1)[0];

    /// <summary>An unsigned number of two bytes.</summary>
    public int U16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    /// <summary>An unsigned number of four bytes.</summary>
    public long U32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    /// <summary>An address, or <see cref="Hdf5Bytes.Undefined"/>.</summary>
    public long Offset() => Number(file.OffsetSize);

    /// <summary>A length.</summary>
    public long Size()
    {
        var at = position;
        var size = Number(file.LengthSize);
        return size >= 0 ? size : throw file.Fault(at, "an impossible length");
    }

    /// <summary>A number of 1–8 bytes; all ones is −1.</summary>
    public long Number(int bytes)
    {
        var field = Bytes(bytes);
        long value = 0;
        for (var i = bytes - 1; i >= 0; i--) value = value << 8 | field[i];
        return bytes < 8 && value == (1L << 8 * bytes) - 1 ? Hdf5Bytes.Undefined : value;
    }

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> Bytes(long count)
    {
        if (count < 0 || count > end - position) throw file.Fault(position, "a structure that is cut short");
        var bytes = file.Slice(position, count);
        position += count;
        return bytes;
    }

    /// <summary>Goes on behind the next bytes.</summary>
    public void Skip(long count) => Bytes(count);

    /// <summary>Asks for a signature.</summary>
    public void Expect(ReadOnlySpan<byte> signature, string what)
    {
        var at = position;
        if (!Bytes(signature.Length).SequenceEqual(signature)) throw file.Fault(at, $"no {what}");
    }

    /// <summary>A text up to its zero byte.</summary>
    public string ZeroEnded()
    {
        var rest = file.Slice(position, end - position);
        var length = rest.IndexOf((byte)0);
        if (length < 0) throw file.Fault(position, "a name without an end");
        file.Copy(position, length);
        position += length + 1;
        return Encoding.UTF8.GetString(rest[..length]);
    }
}
