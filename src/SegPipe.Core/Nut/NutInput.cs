using System.Buffers.Binary;

namespace SegPipe.Nut;

/// <summary>Buffered bytes of a stream with their offset and a running checksum.</summary>
internal sealed class NutInput(Stream stream)
{
    // Small on purpose: what is buffered beyond a frame's header is copied once more into the payload.
    private readonly byte[] _buffer = new byte[16 << 10];
    private int _start;
    private int _end;
    private uint _crc;

    /// <summary>Offset of the next byte.</summary>
    public long Offset { get; private set; }

    public void ResetChecksum() => _crc = 0;

    public bool TryPeek(out byte value)
    {
        if (_start == _end && !Fill())
        {
            value = 0;
            return false;
        }
        value = _buffer[_start];
        return true;
    }

    public byte ReadByte()
    {
        if (_start == _end && !Fill())
            throw Truncated();
        var value = _buffer[_start++];
        Offset++;
        _crc = NutCrc.Append(_crc, value);
        return value;
    }

    public ulong ReadUInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = ReadByte();
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    /// <summary>Reads a variable-length number of at most 62 bits.</summary>
    public long ReadNumber()
    {
        var at = Offset;
        long value = 0;
        while (true)
        {
            var b = ReadByte();
            if (value >> (62 - 7) != 0)
                throw new NutException("a number has more than 62 bits", at);
            value = (value << 7) | (uint)(b & 127);
            if ((b & 128) == 0)
                return value;
        }
    }

    /// <summary>Reads a checksum and compares it with that of the bytes since <see cref="ResetChecksum"/>.</summary>
    public void ReadChecksum(string what)
    {
        var at = Offset;
        var expected = _crc;
        uint stated = 0;
        for (var i = 0; i < 4; i++)
            stated = (stated << 8) | ReadByte();
        if (stated != expected)
            throw new NutException($"the checksum of {what} is wrong", at);
    }

    /// <summary>Fills the span, past the buffer where much is missing.</summary>
    public void ReadExactly(Span<byte> destination)
    {
        var buffered = Math.Min(_end - _start, destination.Length);
        _buffer.AsSpan(_start, buffered).CopyTo(destination);
        _start += buffered;
        Offset += buffered;
        var rest = destination[buffered..];
        while (rest.Length > 0)
        {
            var read = stream.Read(rest);
            if (read == 0)
                throw Truncated();
            Offset += read;
            rest = rest[read..];
        }
    }

    /// <summary>Reads over bytes; the checksum includes them.</summary>
    public void Skip(long count)
    {
        while (count > 0)
        {
            if (_start == _end && !Fill())
                throw Truncated();
            var step = (int)Math.Min(count, _end - _start);
            _crc = NutCrc.Append(_crc, _buffer.AsSpan(_start, step));
            _start += step;
            Offset += step;
            count -= step;
        }
    }

    private bool Fill()
    {
        _start = 0;
        _end = stream.Read(_buffer);
        return _end > 0;
    }

    private NutException Truncated() => new("the stream ends in the middle of a packet", Offset);
}
