using System.Globalization;
using System.Net;
using System.Text;
using SegPipe.Host.Batch.Sampling;

namespace SegPipe.Host.Batch.Report;

/// <summary>Draws the shares of the classes over time, one on top of the other, as SVG.</summary>
internal static class ShareChart
{
    private const int Width = 1000, Height = 200;

    /// <summary>The drawing, without axes; as wide and high as its place in the page.</summary>
    /// <param name="samples">What was seen.</param>
    /// <param name="order">The classes from the bottom up; what is not among them is left empty.</param>
    /// <param name="seconds">Length of the video.</param>
    /// <param name="most">Moments that are drawn at most.</param>
    public static string Svg(JobSamples samples, IReadOnlyList<MeanShare> order, double seconds, int most)
    {
        var merged = Merge(samples.Samples, most);
        var length = Math.Max(1e-9, Math.Max(seconds, merged[^1].T));
        // What is seen last holds up to the end, and what is seen first from the beginning.
        IReadOnlyList<ShareSample> moments = [merged[0] with { T = 0 }, .. merged.Skip(1), merged[^1] with { T = length }];
        var x = moments.Select(m => m.T / length * Width).ToArray();
        var floor = new double[moments.Count];
        var svg = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"<svg class=\"chart\" viewBox=\"0 0 {Width} {Height}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"class shares over time\">"));
        foreach (var entry in order)
        {
            var id = samples.Classes.Select((c, i) => (c.Name, i)).First(c => c.Name == entry.Name).i;
            var path = new StringBuilder();
            for (var i = 0; i < x.Length; i++) Point(path, i == 0 ? 'M' : 'L', x[i], floor[i]);
            for (var i = 0; i < x.Length; i++) floor[i] += moments[i].Shares[id];
            for (var i = x.Length - 1; i >= 0; i--) Point(path, 'L', x[i], floor[i]);
            svg.Append(CultureInfo.InvariantCulture, $"<path fill=\"{entry.Color}\" d=\"{path}Z\"><title>{WebUtility.HtmlEncode(entry.Name)}: {entry.Share:P1} on average</title></path>");
        }
        return svg.Append("</svg>").ToString();
    }

    private static void Point(StringBuilder path, char verb, double x, double share) =>
        path.Append(CultureInfo.InvariantCulture, $"{verb}{x:0.#} {Height - share * Height:0.#}");

    /// <summary>Means over neighbours, where there are more moments than can be told apart.</summary>
    private static IReadOnlyList<ShareSample> Merge(IReadOnlyList<ShareSample> samples, int most)
    {
        if (samples.Count <= most) return samples;
        return
        [
            .. Enumerable.Range(0, most).Select(i => samples.Skip(samples.Count * i / most).Take(samples.Count * (i + 1) / most - samples.Count * i / most).ToList())
                .Select(group => new ShareSample(group[0].T, [.. Enumerable.Range(0, group[0].Shares.Count).Select(id => group.Average(s => s.Shares[id]))])),
        ];
    }
}
