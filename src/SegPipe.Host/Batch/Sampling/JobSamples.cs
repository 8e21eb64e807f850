namespace SegPipe.Host.Batch.Sampling;

/// <summary>A class that was counted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Color">Its colour as <c>#rrggbb</c>.</param>
internal sealed record SampledClass(string Name, string Color);

/// <summary>The shares of the classes at one moment.</summary>
/// <param name="T">Seconds, by the video's time stamps.</param>
/// <param name="Shares">By class, 0–1.</param>
internal sealed record ShareSample(double T, IReadOnlyList<double> Shares);

/// <summary>What was counted in one segment.</summary>
/// <param name="Classes">The classes.</param>
/// <param name="Samples">The moments, in order.</param>
internal sealed record ShareSamples(IReadOnlyList<SampledClass> Classes, IReadOnlyList<ShareSample> Samples);

/// <summary>A small picture.</summary>
/// <param name="T">Seconds, by the video's time stamps.</param>
/// <param name="Jpeg">The file, as base64.</param>
internal sealed record Thumbnail(double T, string Jpeg);

/// <summary>What was seen in a video: <c>samples.json</c>. Kept short, however long the video is.</summary>
internal sealed record JobSamples
{
    private const int MostSamples = 600, MostThumbnails = 12;

    /// <summary>Version of the form.</summary>
    public int V { get; init; } = 1;

    /// <summary>The classes; none where the pipeline makes no class maps.</summary>
    public required IReadOnlyList<SampledClass> Classes { get; init; }

    /// <summary>Their shares, in order, from the video's first second on.</summary>
    public required IReadOnlyList<ShareSample> Samples { get; init; }

    /// <summary>Small pictures, in order.</summary>
    public required IReadOnlyList<Thumbnail> Thumbnails { get; init; }

    /// <summary>Puts together what the segments' folders hold.</summary>
    /// <param name="folders">The segments' folders, in order.</param>
    /// <param name="start">Seconds that the video's first picture is shown at.</param>
    public static JobSamples Of(IReadOnlyList<string> folders, double start)
    {
        List<SampledClass> classes = [];
        List<ShareSample> samples = [];
        List<Thumbnail> thumbnails = [];
        foreach (var folder in folders)
        {
            if (Read<ShareSamples>(folder, SegmentSampling.Shares) is { } shares)
            {
                if (classes.Count == 0) classes.AddRange(shares.Classes);
                samples.AddRange(shares.Samples);
            }
            thumbnails.AddRange(Read<List<Thumbnail>>(folder, SegmentSampling.Thumbnails) ?? []);
        }
        return new()
        {
            Classes = classes,
            Samples = Thin(Shift(samples, s => s.T, (s, t) => s with { T = t }, SampleClock.Shares, start), MostSamples),
            Thumbnails = Thin(Shift(thumbnails, s => s.T, (s, t) => s with { T = t }, SampleClock.Thumbnails, start), MostThumbnails),
        };
    }

    /// <summary>What is left where a cut through a stretch has made two of one, with times from the video's start on.</summary>
    private static IReadOnlyList<T> Shift<T>(List<T> all, Func<T, double> time, Func<T, double, T> at, double interval, double start) =>
        [.. all.DistinctBy(x => SampleClock.StretchOf(time(x), interval)).Select(x => at(x, Math.Round(time(x) - start, 3)))];

    /// <summary>So many of some things, evenly spread.</summary>
    public static IReadOnlyList<T> Thin<T>(IReadOnlyList<T> all, int most) =>
        all.Count <= most ? all : [.. Enumerable.Range(0, most).Select(i => all[(int)((long)i * all.Count / most)])];

    private static T? Read<T>(string folder, string sink)
        where T : class
    {
        var path = Path.Combine(folder, sink + ".json");
        return File.Exists(path) ? BatchJson.Read<T>(File.ReadAllText(path)) : null;
    }
}
