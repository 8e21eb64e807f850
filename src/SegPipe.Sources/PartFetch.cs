using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Parts;

namespace SegPipe.Sources;

/// <summary>Finds the packets of a part: they begin at a key packet that is shown no later than the part's first picture.</summary>
internal static class PartFetch
{
    private const int MicrosecondsASecond = 1_000_000;

    // Containers without an index of key packets find one near the place only.
    private static readonly int[] StepsBack = [0, 10, 100];

    /// <summary>Starts reading there; at the beginning of the file where no seek leads to such a packet.</summary>
    public static PacketFetch Open(MediaInfo info, VideoFileSourceOptions options, Part part, ComponentContext context, Func<PacketFetch, PacketsFormat> format)
    {
        var timeBase = info.Video.TimeBase;
        foreach (var step in info.Times != PacketTimes.None && part.LeadPts > (info.Video.Start ?? long.MinValue) && part.LeadPts != long.MinValue ? StepsBack : [])
        {
            PacketFetch? fetch = null;
            try
            {
                fetch = new(info, options, Seconds(part.LeadPts, timeBase) - step, context);
                // Pictures that come in another order take the times of all packets in turn, from the first on.
                if (info.HasDecodingTimes && fetch.Stream.DecodeDelay > 0) break;
                if (fetch.TryPeek(out var first, out var packet) && Carrier.FromFetch(first.Pts, fetch.Stream.TimeBase, timeBase) <= part.LeadPts
                    && KeyPacket.IsClean(format(fetch), packet))
                {
                    (var found, fetch) = (fetch, null);
                    return found;
                }
            }
            catch (SegPipeException failure) when (failure.Code == ExitCode.InputUnusable)
            {
                // Nothing is found behind the last key packet of some containers.
            }
            finally
            {
                fetch?.Dispose();
            }
        }
        return new(info, options, null, context);
    }

    /// <summary>Rounded up to what FFmpeg reads, so that the tick itself is not missed.</summary>
    private static double Seconds(long pts, Rational timeBase)
    {
        var product = (Int128)pts * timeBase.Num * MicrosecondsASecond;
        var microseconds = product / timeBase.Den + (product > 0 && product % timeBase.Den != 0 ? 1 : 0);
        return (double)microseconds / MicrosecondsASecond;
    }
}
