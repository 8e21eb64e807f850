using System.Diagnostics.Metrics;

namespace SegPipe.Metrics;

/// <summary>One series of a histogram: recording allocates nothing, and costs next to nothing while nobody listens.</summary>
internal sealed class HistogramSeries(Histogram<double> instrument, KeyValuePair<string, object?>[] labels)
{
    public void Record(double value) => instrument.Record(value, labels);
}
