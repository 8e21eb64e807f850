namespace SegPipe.Nut;

/// <summary>Reads the fields of one header packet whose checksum was right.</summary>
internal ref struct NutCursor(ReadOnlySpan<byte> bytes, long offset)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly long _offset = offset;
    private int _position;

    public readonly bool AtEnd => _position >= _bytes.Length;

    public readonly long Offset => _offset + _position;

    public long ReadNumber()
    {
        var at = Offset;
        long value = 0;
        while (true)
        {
            if (AtEnd)
                throw new NutException("a header ends too early", Offset);
            var b = _bytes[_position++];
            if (value >> (62 - 7) != 0)
                throw new NutException("a number has more than 62 bits", at);
            value = (value << 7) | (uint)(b & 127);
            if ((b & 128) == 0)
                return value;
        }
    }

    public long ReadSignedNumber()
    {
        var t = ReadNumber() + 1;
        return (t & 1) != 0 ? -(t >> 1) : t >> 1;
    }

    public int ReadNumber(int min, int max, string what)
    {
        var at = Offset;
        var value = ReadNumber();
        if (value < min || value > max)
            throw new NutException($"{what} is {value}, allowed are {min} to {max}", at);
        return (int)value;
    }

    public byte[] ReadBytes(int max, string what)
    {
        var length = ReadNumber(0, max, $"the length of {what}");
        if (length > _bytes.Length - _position)
            throw new NutException("a header ends too early", Offset);
        var result = _bytes.Slice(_position, length).ToArray();
        _position += length;
        return result;
    }
}
