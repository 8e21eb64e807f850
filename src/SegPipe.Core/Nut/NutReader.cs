using SegPipe.Frames;

namespace SegPipe.Nut;

/// <summary>Reads a NUT stream synchronously, frame by frame, without allocating per frame; hostile bytes end in a <see cref="NutException"/>.</summary>
public sealed class NutReader
{
    private readonly NutInput _input;
    private readonly NutLimits _limits;
    private NutMainHeader? _main;
    private NutStream[] _streams = [];
    private long[] _lastPts = [];
    private byte[] _elision = [];
    private int _pending;

    /// <summary>Makes a reader of a blocking stream, which stays the caller's.</summary>
    public NutReader(Stream stream, NutLimits? limits = null)
    {
        _input = new(stream);
        _limits = limits ?? new();
    }

    /// <summary>The streams; empty before <see cref="ReadHeaders"/>.</summary>
    public IReadOnlyList<NutStream> Streams => _streams;

    /// <summary>Offset of the next byte to read.</summary>
    public long Offset => _input.Offset;

    /// <summary>Reads the identifier, the main header and all stream headers.</summary>
    public IReadOnlyList<NutStream> ReadHeaders()
    {
        foreach (var expected in NutFormat.Identifier)
        {
            var at = _input.Offset;
            if (!_input.TryPeek(out var actual))
                throw new NutException(at == 0 ? "there are no bytes" : "the stream ends in its identifier", at);
            if (actual != expected)
                throw new NutException("the identifier of a NUT stream is missing", at);
            _input.ReadByte();
        }

        var streams = new List<NutStream>();
        while (_main is null || streams.Count < _main.StreamCount)
        {
            var at = _input.Offset;
            if (!_input.TryPeek(out var first))
                throw new NutException("the stream ends before its headers do", at);
            if (first != NutFormat.PacketByte)
                throw new NutException("a frame stands before the headers", at);
            var (startcode, length) = ReadPacketStart();
            if (startcode is not (NutFormat.MainStartcode or NutFormat.StreamStartcode))
            {
                SkipPacket(length);
                continue;
            }
            var cursor = new NutCursor(ReadPacket(length), _input.Offset - length - 4);
            if (startcode == NutFormat.MainStartcode)
                _main ??= NutMainHeader.Read(ref cursor, _limits);
            else if (_main is null)
                throw new NutException("a stream header stands before the main header", at);
            else if (_main.ReadStream(ref cursor, _limits) is var stream && stream.Index == streams.Count)
                streams.Add(stream);
            else
                throw new NutException($"the header of stream {streams.Count} is missing", at);
        }
        _streams = [.. streams];
        _lastPts = new long[_streams.Length];
        return _streams;
    }

    /// <summary>Reads the header of the next frame, past what is left of the last one's payload; false at the end of the stream.</summary>
    public bool TryReadFrame(out NutFrame frame)
    {
        if (_main is null)
            throw new InvalidOperationException("The headers were not read.");
        SkipPayload();
        while (_input.TryPeek(out var first))
        {
            if (first != NutFormat.PacketByte)
            {
                frame = ReadFrameHeader();
                return true;
            }
            var (startcode, length) = ReadPacketStart();
            if (startcode == NutFormat.SyncpointStartcode)
                ReadSyncpoint(length);
            else
                SkipPacket(length);
        }
        frame = default;
        return false;
    }

    /// <summary>Reads the payload of the frame whose header was read; the span has exactly its size.</summary>
    public void ReadPayload(Span<byte> destination)
    {
        if (destination.Length != _pending + _elision.Length)
            throw new ArgumentException("The span does not have the payload's size.", nameof(destination));
        _elision.CopyTo(destination);
        var rest = destination[_elision.Length..];
        _elision = [];
        _pending = 0;
        _input.ReadExactly(rest);
    }

    /// <summary>Reads over what is left of the frame's payload.</summary>
    public void SkipPayload()
    {
        var count = _pending;
        _pending = 0;
        _elision = [];
        _input.Skip(count);
    }

    private NutFrame ReadFrameHeader()
    {
        var at = _input.Offset;
        _input.ResetChecksum();
        var code = _main!.FrameCodes[_input.ReadByte()];
        var flags = code.Flags;
        if ((flags & NutFormat.FlagCoded) != 0)
            flags ^= (int)(_input.ReadNumber() & 0xFFFF);
        if ((flags & (NutFormat.FlagInvalid | NutFormat.FlagSideMetadata)) != 0)
            throw new NutException("a frame code is invalid or not supported", at);

        long index = (flags & NutFormat.FlagStreamId) != 0 ? _input.ReadNumber() : code.Stream;
        long? coded = (flags & NutFormat.FlagCodedPts) != 0 ? _input.ReadNumber() : null;
        var msb = (flags & NutFormat.FlagSizeMsb) != 0 ? _input.ReadNumber() : 0;
        if ((flags & NutFormat.FlagMatchTime) != 0)
            _input.ReadNumber();
        var header = (flags & NutFormat.FlagHeaderIndex) != 0 ? _input.ReadNumber() : code.HeaderIndex;
        var reserved = (flags & NutFormat.FlagReserved) != 0 ? _input.ReadNumber() : code.ReservedCount;
        if (!NutFrameCode.IsReservedCount(reserved))
            throw new NutException($"a frame has {reserved} reserved fields", at);
        for (var i = 0L; i < reserved; i++)
            _input.ReadNumber();
        if ((flags & NutFormat.FlagChecksum) != 0)
            _input.ReadChecksum("a frame header");

        if (index >= _streams.Length)
            throw new NutException($"a frame belongs to stream {index}, which does not exist", at);
        if (header >= _main.Elisions.Length)
            throw new NutException($"a frame names elision header {header}, which does not exist", at);
        var pts = DecodePts((int)index, coded, code.PtsDelta, at);
        _elision = _main.Elisions[header];
        var size = msb > _limits.MaxFrameBytes ? long.MaxValue : msb * code.SizeMultiplier + code.SizeLsb;
        if (size > _limits.MaxFrameBytes || size < _elision.Length)
            throw new NutException($"a frame's size is outside {_elision.Length} to {_limits.MaxFrameBytes} bytes", at);
        _pending = (int)size - _elision.Length;
        return new((int)index, pts, (int)size, (flags & NutFormat.FlagKey) != 0, (flags & NutFormat.FlagEndOfRelevance) != 0, at);
    }

    private long DecodePts(int stream, long? coded, long delta, long at)
    {
        var last = _lastPts[stream];
        var shift = _streams[stream].PtsShift;
        long pts;
        if (coded is not { } value)
        {
            pts = last + delta;
        }
        else if (value < 1L << shift)
        {
            var mask = (1L << shift) - 1;
            var start = last - mask / 2;
            pts = ((value - start) & mask) + start;
        }
        else
        {
            pts = value - (1L << shift);
        }
        if (pts is < 0 or >= 1L << 62)
            throw new NutException($"a time stamp is {pts}", at);
        _lastPts[stream] = pts;
        return pts;
    }

    private void ReadSyncpoint(int length)
    {
        var start = _input.Offset;
        var coded = _input.ReadNumber();
        _input.ReadNumber();
        var rest = start + length - _input.Offset;
        if (rest < 0)
            throw new NutException("a syncpoint is longer than its packet", start);
        _input.Skip(rest);
        _input.ReadChecksum("a syncpoint");
        var count = _main!.TimeBases.Length;
        var from = _main.TimeBases[coded % count];
        for (var i = 0; i < _streams.Length; i++)
            if (!TryConvert(coded / count, from, _streams[i].TimeBase, out _lastPts[i]))
                throw new NutException("a syncpoint's time stamp is out of range", start);
    }

    private static bool TryConvert(long ticks, Rational from, Rational to, out long result)
    {
        var quotient = (Int128)ticks * from.Num * to.Den / ((Int128)from.Den * to.Num);
        result = (long)quotient;
        return quotient < 1L << 62;
    }

    /// <summary>Reads startcode and length; returns the length without the checksum and leaves the running checksum reset.</summary>
    private (ulong Startcode, int Length) ReadPacketStart()
    {
        var at = _input.Offset;
        _input.ResetChecksum();
        var startcode = _input.ReadUInt64();
        var forward = _input.ReadNumber();
        if (forward > NutFormat.LongHeaderThreshold)
            _input.ReadChecksum("a packet header");
        if (forward < 4 || forward > _limits.MaxSkippedBytes)
            throw new NutException($"a packet states {forward} bytes", at);
        _input.ResetChecksum();
        return (startcode, (int)forward - 4);
    }

    private byte[] ReadPacket(int length)
    {
        if (length > _limits.MaxHeaderBytes)
            throw new NutException($"a header has {length} bytes", _input.Offset);
        var bytes = new byte[length];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = _input.ReadByte();
        _input.ReadChecksum("a header");
        return bytes;
    }

    private void SkipPacket(int length)
    {
        _input.Skip(length);
        _input.ReadChecksum("a packet");
    }
}
