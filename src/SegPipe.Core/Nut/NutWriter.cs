using System.Buffers.Binary;

namespace SegPipe.Nut;

/// <summary>Writes one stream as NUT, synchronously, without allocating per frame.</summary>
/// <param name="stream">Where the bytes go; stays the caller's.</param>
public sealed class NutWriter(Stream stream)
{
    private const int MaxDistance = 32767;
    private const int FrameFlags = NutFormat.FlagCodedPts | NutFormat.FlagSizeMsb | NutFormat.FlagChecksum;

    private readonly byte[] _scratch = new byte[96];
    private int _ptsShift = -1;

    /// <summary>Writes the identifier, the main header and the header of the one stream.</summary>
    public void WriteHeaders(NutStream format)
    {
        if (_ptsShift >= 0)
            throw new InvalidOperationException("The headers were written already.");
        _ptsShift = format.PtsShift;
        stream.Write(NutFormat.Identifier);
        WritePacket(NutFormat.MainStartcode, MainHeader(format));
        WritePacket(NutFormat.StreamStartcode, StreamHeader(format));
    }

    /// <summary>Writes one frame; its time stamp is in ticks of the stream's time base, 0 ≤ pts &lt; 2^61.</summary>
    public void WriteFrame(long pts, bool isKey, ReadOnlySpan<byte> payload) => WriteFrame(pts, isKey, payload, []);

    /// <summary>Writes one frame whose payload lies in two pieces; its time stamp is in ticks of the stream's time base, 0 ≤ pts &lt; 2^61.</summary>
    public void WriteFrame(long pts, bool isKey, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> rest)
    {
        if (_ptsShift < 0)
            throw new InvalidOperationException("The headers were not written.");
        ArgumentOutOfRangeException.ThrowIfNegative(pts);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pts, 1L << 61);

        var bytes = _scratch.AsSpan();
        BinaryPrimitives.WriteUInt64BigEndian(bytes, NutFormat.SyncpointStartcode);
        var timeLength = NumberLength(pts);
        var at = 8 + WriteNumber(bytes[8..], timeLength + 1 + 4);
        var start = at;
        at += WriteNumber(bytes[at..], pts);
        bytes[at++] = 0;
        at += WriteChecksum(bytes, start, at);

        start = at;
        bytes[at++] = 0;
        at += WriteNumber(bytes[at..], FrameFlags | (isKey ? NutFormat.FlagKey : 0));
        at += WriteNumber(bytes[at..], pts + (1L << _ptsShift));
        at += WriteNumber(bytes[at..], payload.Length + rest.Length);
        at += WriteChecksum(bytes, start, at);
        stream.Write(bytes[..at]);
        stream.Write(payload);
        stream.Write(rest);
    }

    private static byte[] MainHeader(NutStream format)
    {
        var header = new List<byte>();
        Append(header, 3, 1, MaxDistance, 1, format.TimeBase.Num, format.TimeBase.Den);
        // One general code for all 255 usable entries: flags are coded with each frame.
        Append(header, NutFormat.FlagCoded, 6, 0, 1, 0, 0, 0, 255);
        Append(header, 0);
        return [.. header];
    }

    private static byte[] StreamHeader(NutStream format)
    {
        var header = new List<byte>();
        Append(header, 0, NutFormat.VideoClass, format.FourCc.Length);
        header.AddRange(format.FourCc.Span);
        Append(header, 0, format.PtsShift, format.MaxPtsDistance, format.DecodeDelay, 0, format.Extradata.Length);
        header.AddRange(format.Extradata.Span);
        Append(header, format.Width, format.Height, format.SampleAspectNumerator, format.SampleAspectDenominator, 0);
        return [.. header];
    }

    private void WritePacket(ulong startcode, byte[] payload)
    {
        var bytes = new byte[8 + 10 + 4 + payload.Length + 4];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, startcode);
        var at = 8 + WriteNumber(bytes.AsSpan(8), payload.Length + 4);
        if (payload.Length + 4 > NutFormat.LongHeaderThreshold)
            at += WriteChecksum(bytes, 0, at);
        payload.CopyTo(bytes, at);
        at += payload.Length;
        at += WriteChecksum(bytes, at - payload.Length, at);
        stream.Write(bytes.AsSpan(0, at));
    }

    private static int WriteChecksum(Span<byte> bytes, int from, int to)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes[to..], NutCrc.Append(0, bytes[from..to]));
        return 4;
    }

    private static void Append(List<byte> bytes, params ReadOnlySpan<long> numbers)
    {
        Span<byte> coded = stackalloc byte[10];
        foreach (var number in numbers)
            bytes.AddRange(coded[..WriteNumber(coded, number)]);
    }

    private static int WriteNumber(Span<byte> bytes, long value)
    {
        var length = NumberLength(value);
        for (var i = length - 1; i >= 0; i--)
        {
            bytes[i] = (byte)((uint)(value & 127) | (i == length - 1 ? 0u : 128u));
            value >>= 7;
        }
        return length;
    }

    private static int NumberLength(long value)
    {
        var length = 1;
        while ((value >>= 7) != 0)
            length++;
        return length;
    }
}
