namespace SegPipe.Nut;

/// <summary>CRC-32 with polynomial 0x04C11DB7, start 0, most significant bit first, no inversion.</summary>
internal static class NutCrc
{
    private static readonly uint[] Table = MakeTable();

    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
            crc = (crc << 8) ^ Table[(crc >> 24) ^ b];
        return crc;
    }

    public static uint Append(uint crc, byte b) => (crc << 8) ^ Table[(crc >> 24) ^ b];

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i << 24;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 0x80000000) != 0 ? (crc << 1) ^ 0x04C11DB7 : crc << 1;
            table[i] = crc;
        }
        return table;
    }
}
