using System.Numerics;

namespace SegPipe.Pictures;

/// <summary>Writes the levels of blocks as Huffman codes (T.81, F.1.2).</summary>
internal sealed class JpegBits(Stream target)
{
    private const int EndOfBlock = 0x00, SixteenZeros = 0xf0, LastLevel = 63;

    private ulong _pending;
    private int _count;

    /// <summary>Writes a block's levels in zigzag order, the first as the difference from <paramref name="lastDc"/>; gives that first.</summary>
    public int Write(ReadOnlySpan<int> levels, int lastDc, JpegHuffman dc, JpegHuffman ac)
    {
        WriteLevel(dc, 0, levels[0] - lastDc);
        var zeros = 0;
        for (var i = 1; i <= LastLevel; i++)
        {
            if (levels[i] == 0)
            {
                zeros++;
                continue;
            }
            for (; zeros > 15; zeros -= 16) WriteCode(ac, SixteenZeros);
            WriteLevel(ac, zeros, levels[i]);
            zeros = 0;
        }
        if (zeros > 0) WriteCode(ac, EndOfBlock);
        return levels[0];
    }

    /// <summary>Fills the last byte with ones.</summary>
    public void Flush()
    {
        if (_count > 0) Put((1u << (8 - _count)) - 1, 8 - _count);
    }

    /// <summary>A level as its size, after a run of zeros, and its bits: those of a negative one are of its complement.</summary>
    private void WriteLevel(JpegHuffman table, int zeros, int level)
    {
        var size = 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(level));
        WriteCode(table, zeros << 4 | size);
        if (size > 0) Put((uint)(level < 0 ? level - 1 : level) & ((1u << size) - 1), size);
    }

    private void WriteCode(JpegHuffman table, int symbol)
    {
        var (code, length) = table.Code(symbol);
        Put(code, length);
    }

    private void Put(uint bits, int length)
    {
        _pending = _pending << length | bits;
        for (_count += length; _count >= 8; _count -= 8)
        {
            var next = (byte)(_pending >> (_count - 8));
            target.WriteByte(next);
            // What looks like a marker is told from one by a zero behind it.
            if (next == 0xff) target.WriteByte(0);
        }
    }
}

/// <summary>A Huffman table of T.81: codes of each length, and the symbols in the order of their codes.</summary>
internal sealed class JpegHuffman
{
    private readonly (uint Code, int Length)[] _codes = new (uint, int)[256];

    private JpegHuffman(byte[] lengths, byte[] values)
    {
        (Lengths, Values) = (lengths, values);
        var (code, next) = (0u, 0);
        for (var length = 1; length <= lengths.Length; length++, code <<= 1)
            for (var i = 0; i < lengths[length - 1]; i++) _codes[values[next++]] = (code++, length);
    }

    /// <summary>Table K.3.</summary>
    public static JpegHuffman LumaDc { get; } = new([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);

    /// <summary>Table K.4.</summary>
    public static JpegHuffman ChromaDc { get; } = new([0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);

    /// <summary>Table K.5.</summary>
    public static JpegHuffman LumaAc { get; } = new([0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d], Convert.FromHexString(
        "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a53"
        + "5455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9"
        + "cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"));

    /// <summary>Table K.6.</summary>
    public static JpegHuffman ChromaAc { get; } = new([0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77], Convert.FromHexString(
        "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a"
        + "535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7"
        + "c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa"));

    /// <summary>Codes of 1 to 16 bits: how many there are of each length.</summary>
    public byte[] Lengths { get; }

    /// <summary>The symbols in the order of their codes.</summary>
    public byte[] Values { get; }

    public (uint Code, int Length) Code(int symbol) => _codes[symbol];
}
