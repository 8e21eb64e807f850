using System.Runtime.CompilerServices;
using SegPipe.Runtime;

namespace SegPipe.Host.Http.Dashboard;

/// <summary>Percentiles of the last 15 to 30 seconds that somebody watched: those of weeks say nothing about now.</summary>
internal sealed class RecentLatency(TimeProvider time)
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(15);

    private readonly ConditionalWeakTable<LatencyHistogram, Marks> _marks = [];

    /// <summary>Percentiles of what was counted lately, null where that is nothing.</summary>
    public Percentiles? Of(LatencyHistogram histogram)
    {
        var marks = _marks.GetOrCreateValue(histogram);
        lock (marks)
        {
            if (marks.Newer is null || time.GetElapsedTime(marks.At) >= Turn)
                (marks.Older, marks.Newer, marks.At) = (marks.Newer, histogram.Mark(), time.GetTimestamp());
            return Percentiles.Of(histogram, marks.Older);
        }
    }

    private sealed class Marks
    {
        public LatencyMark? Older { get; set; }

        public LatencyMark? Newer { get; set; }

        public long At { get; set; }
    }
}
