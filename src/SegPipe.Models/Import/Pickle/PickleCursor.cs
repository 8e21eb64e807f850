using System.Buffers.Binary;
using System.Text;

namespace SegPipe.Models.Import.Pickle;

/// <summary>A place in the bytes of a pickle; nothing is read beyond their end.</summary>
/// <param name="where">File or entry, for messages.</param>
/// <param name="bytes">The bytes.</param>
/// <param name="start">Where the pickle begins.</param>
internal sealed class PickleCursor(string where, ReadOnlyMemory<byte> bytes, int start)
{
    private const int LongestLine = 1024;

    private int _opcode = start;

    /// <summary>Offset of the next byte.</summary>
    public int Position { get; private set; } = start;

    /// <summary>Number of bytes in all.</summary>
    public int Length => bytes.Length;

    /// <summary>Reads an opcode; faults name its place until the next one is read.</summary>
    public PickleOpcode Opcode()
    {
        _opcode = Position;
        return (PickleOpcode)Byte();
    }

    public byte Byte() => Slice(1).Span[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Slice(2).Span);

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Slice(4).Span);

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Slice(4).Span);

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Slice(8).Span);

    public double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Slice(8).Span);

    /// <summary>The next bytes, without a copy.</summary>
    public ReadOnlyMemory<byte> Slice(ulong length)
    {
        if (length > (ulong)(bytes.Length - Position))
            throw Fault(length == 1 ? "the pickle ends" : $"{length} bytes are announced and {bytes.Length - Position} are left");
        var slice = bytes.Slice(Position, (int)length);
        Position += (int)length;
        return slice;
    }

    /// <summary>The text up to the next line feed, as protocols 0 to 3 write module and class names.</summary>
    public string Line()
    {
        var rest = bytes.Span[Position..];
        var end = rest[..Math.Min(rest.Length, LongestLine)].IndexOf((byte)'\n');
        if (end < 0) throw Fault("a name has no end");
        Position += end + 1;
        return Encoding.UTF8.GetString(rest[..end]);
    }

    /// <summary>A fault of the last opcode.</summary>
    public SegPipeException Fault(string cause, string? advice = null) => CheckpointFault.At(where, _opcode, cause, advice);
}
