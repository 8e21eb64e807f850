namespace SegPipe.Sources.Rtsp;

/// <summary>Notices in the packets of one connection that a camera changes the form of its pictures without saying so.</summary>
internal sealed class ParameterSets(string codec)
{
    private byte[]? _first;

    /// <summary>Whether a key packet states another form of picture than the first one did.</summary>
    public bool Change(ReadOnlySpan<byte> packet)
    {
        var found = Sequence(packet, codec);
        if (found.IsEmpty)
            return false;
        _first ??= found.ToArray();
        return !found.SequenceEqual(_first);
    }

    /// <summary>The first sequence parameter set in front of the picture, or nothing.</summary>
    private static ReadOnlySpan<byte> Sequence(ReadOnlySpan<byte> packet, string codec)
    {
        while (Next(packet) is >= 0 and var start && start < packet.Length)
        {
            packet = packet[start..];
            var (isSequence, isPicture) = codec switch
            {
                "h264" => ((packet[0] & 31) == 7, (packet[0] & 31) is >= 1 and <= 5),
                "hevc" => (((packet[0] >> 1) & 63) == 33, ((packet[0] >> 1) & 63) < 32),
                _ => (false, true),
            };
            if (isPicture)
                break;
            if (!isSequence)
                continue;
            var end = packet.IndexOf((ReadOnlySpan<byte>)[0, 0, 1]);
            return (end < 0 ? packet : packet[..end]).TrimEnd((byte)0);
        }
        return [];
    }

    /// <summary>Where the next unit begins behind its start code, or -1.</summary>
    private static int Next(ReadOnlySpan<byte> bytes) => bytes.IndexOf((ReadOnlySpan<byte>)[0, 0, 1]) is >= 0 and var at ? at + 3 : -1;
}
