namespace SegPipe.Nut;

/// <summary>What one frame code stands for.</summary>
internal readonly record struct NutFrameCode(
    int Flags, int Stream, int SizeMultiplier, int SizeLsb, long PtsDelta, int ReservedCount, int HeaderIndex)
{
    private const int MaxReserved = 256;

    /// <summary>Reads the table of 256 frame codes from a main header.</summary>
    public static NutFrameCode[] ReadTable(ref NutCursor cursor)
    {
        var table = new NutFrameCode[256];
        long ptsDelta = 0;
        int multiplier = 1, stream = 0, headerIndex = 0;
        for (var code = 0; code < table.Length;)
        {
            var flags = cursor.ReadNumber(0, 0xFFFF, "frame flags");
            var fields = cursor.ReadNumber();
            if (fields > 0)
                ptsDelta = cursor.ReadSignedNumber();
            if (fields > 1)
                multiplier = cursor.ReadNumber(0, 1 << 14, "a size multiplier");
            if (fields > 2)
                stream = cursor.ReadNumber(0, 255, "a stream index");
            var lsb = fields > 3 ? cursor.ReadNumber(0, 1 << 14, "a size remainder") : 0;
            var reserved = fields > 4 ? cursor.ReadNumber(0, MaxReserved, "a count of reserved fields") : 0;
            var count = fields > 5 ? cursor.ReadNumber() : multiplier - lsb;
            if (fields > 6)
                cursor.ReadSignedNumber();
            if (fields > 7)
                headerIndex = cursor.ReadNumber(0, 127, "an elision index");
            for (var i = 8L; i < fields; i++)
                cursor.ReadNumber();
            if (count <= 0 || count > table.Length)
                throw new NutException($"a frame code stands {count} times", cursor.Offset);

            for (var j = 0; j < count && code < table.Length; code++)
            {
                if (code == NutFormat.PacketByte)
                {
                    table[code] = new(NutFormat.FlagInvalid, 0, 1, 0, 0, 0, 0);
                    continue;
                }
                table[code] = new(flags, stream, multiplier, lsb + j, ptsDelta, reserved, headerIndex);
                j++;
            }
        }
        return table;
    }

    /// <summary>Whether a number of reserved fields is acceptable.</summary>
    public static bool IsReservedCount(long count) => count is >= 0 and <= MaxReserved;
}
