using SegPipe.Frames;

namespace SegPipe.Media;

/// <summary>
/// Tells whether all pictures from a key packet on can be decoded without what came before. Containers call packets of H.264 key ones, too,
/// at which a picture begins to be refreshed bit by bit (Rec. ITU-T H.264, D.2.8: a recovery point some frames away).
/// </summary>
public static class KeyPacket
{
    private const int Slice = 1, InstantRefresh = 5, Supplement = 6, RecoveryPoint = 6;

    /// <summary>Whether a key packet is one.</summary>
    /// <param name="format">What it is a packet of.</param>
    /// <param name="packet">Its bytes.</param>
    public static bool IsClean(PacketsFormat format, ReadOnlySpan<byte> packet)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (format.Codec != "h264") return true;
        // An avcC header says how long the lengths before units are; without one, units begin with start codes.
        var lengthBytes = format.Extradata.Span is [1, _, _, _, var sizes, ..] ? (sizes & 3) + 1 : 0;
        while (TryTakeUnit(ref packet, lengthBytes, out var unit))
        {
            var type = unit[0] & 31;
            if (type is Slice or InstantRefresh) return true;
            if (type == Supplement && RecoversAtOnce(unit[1..]) is { } atOnce) return atOnce;
        }
        return true;
    }

    private static bool TryTakeUnit(ref ReadOnlySpan<byte> rest, int lengthBytes, out ReadOnlySpan<byte> unit)
    {
        unit = default;
        if (lengthBytes == 0)
        {
            ReadOnlySpan<byte> start = [0, 0, 1];
            var at = rest.IndexOf(start);
            if (at < 0) return false;
            rest = rest[(at + 3)..];
            var next = rest.IndexOf(start);
            unit = next < 0 ? rest : rest[..next];
            return unit.Length > 0;
        }
        if (rest.Length < lengthBytes) return false;
        var length = 0L;
        foreach (var b in rest[..lengthBytes]) length = (length << 8) | b;
        rest = rest[lengthBytes..];
        if (length < 1 || length > rest.Length) return false;
        unit = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }

    /// <summary>Whether the messages of a unit hold a recovery point at this very frame; null where they hold none.</summary>
    private static bool? RecoversAtOnce(ReadOnlySpan<byte> escaped)
    {
        Span<byte> bytes = escaped.Length <= 1024 ? stackalloc byte[escaped.Length] : new byte[escaped.Length];
        var length = 0;
        for (var i = 0; i < escaped.Length; i++)
            if (i < 2 || escaped[i] != 3 || escaped[i - 1] != 0 || escaped[i - 2] != 0) bytes[length++] = escaped[i];
        ReadOnlySpan<byte> rest = bytes[..length];
        // The last byte closes the unit.
        while (rest.Length > 2 && TryTakeNumber(ref rest, out var type) && TryTakeNumber(ref rest, out var size) && size <= rest.Length)
        {
            // The count is an Exp-Golomb number, of which zero alone begins with a one.
            if (type == RecoveryPoint && size > 0) return (rest[0] & 0x80) != 0;
            rest = rest[size..];
        }
        return null;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<byte> rest, out int number)
    {
        number = 0;
        while (rest.Length > 0)
        {
            var b = rest[0];
            rest = rest[1..];
            number += b;
            if (b != 255) return true;
        }
        return false;
    }
}
