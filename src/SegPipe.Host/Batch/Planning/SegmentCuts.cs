namespace SegPipe.Host.Batch.Planning;

/// <summary>One packet of a video, in the order of the file.</summary>
/// <param name="Pts">Time of its picture, in ticks.</param>
/// <param name="Key">Whether decoding may begin at it.</param>
internal readonly record struct IndexedPacket(long Pts, bool Key);

/// <summary>Chooses where a video is cut: before key pictures that everything shown earlier also comes before in the file.</summary>
internal static class SegmentCuts
{
    // Pictures that lean on a key picture and are shown before it stand close behind it; H.264 and H.265 allow 16.
    private const int Reordering = 16;

    /// <summary>The segments of a video.</summary>
    /// <param name="packets">All its packets, at least one, in the order of the file.</param>
    /// <param name="most">Pictures that a segment holds at most where key pictures allow it, from 1.</param>
    /// <param name="lead">Pictures wanted before each segment.</param>
    /// <param name="tail">Pictures wanted behind it.</param>
    public static IReadOnlyList<PlannedSegment> Of(IReadOnlyList<IndexedPacket> packets, int most, int lead, int tail)
    {
        long[] times = [.. packets.Select(p => p.Pts).Order()];
        int[] starts = [0, .. Starts(packets, times, most)];
        var segments = new PlannedSegment[starts.Length];
        for (var i = 0; i < starts.Length; i++)
        {
            int first = starts[i], end = i + 1 < starts.Length ? starts[i + 1] : times.Length, before = Math.Max(0, first - lead);
            segments[i] = new(i, times[first], times[end - 1], TimeAt(times, end), times[before], TimeAt(times, end + tail), before, end - first);
        }
        return segments;
    }

    private static long TimeAt(long[] times, int place) => place < times.Length ? times[place] : long.MaxValue;

    /// <summary>Places, in the order of showing, of the pictures that segments behind the first begin with.</summary>
    private static IEnumerable<int> Starts(IReadOnlyList<IndexedPacket> packets, long[] times, int most)
    {
        int start = 0, candidate = 0;
        foreach (var place in CleanKeys(packets).Select(pts => Array.BinarySearch(times, pts)))
        {
            if (place - start > most && candidate > start) yield return start = candidate;
            if (place - start > most) yield return start = place;
            candidate = place;
        }
        if (times.Length - start > most && candidate > start) yield return candidate;
    }

    private static List<long> CleanKeys(IReadOnlyList<IndexedPacket> packets)
    {
        var leastFrom = new long[packets.Count + 1];
        leastFrom[^1] = long.MaxValue;
        for (var i = packets.Count - 1; i >= 0; i--) leastFrom[i] = Math.Min(leastFrom[i + 1], packets[i].Pts);
        var clean = new List<long>();
        var most = packets[0].Pts;
        for (var i = 1; i < packets.Count; i++)
        {
            var (pts, key) = packets[i];
            if (key && most < pts && leastFrom[i + 1] != pts && leastFrom[Math.Min(i + 1 + Reordering, packets.Count)] > pts) clean.Add(pts);
            most = Math.Max(most, pts);
        }
        return clean;
    }
}
