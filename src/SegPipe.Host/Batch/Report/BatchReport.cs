using SegPipe.Host.Batch.Running;
using SegPipe.Host.Batch.Sampling;
using SegPipe.Host.Batch.Storage;

namespace SegPipe.Host.Batch.Report;

/// <summary>What a batch found and did.</summary>
/// <param name="V">Version of the form.</param>
/// <param name="Segpipe">Version of the program.</param>
/// <param name="Pipeline">Path of the pipeline.</param>
/// <param name="Created">When the batch was begun.</param>
/// <param name="Written">When this was written.</param>
/// <param name="Totals">The whole.</param>
/// <param name="Files">The videos, in order.</param>
internal sealed record BatchReport(int V, string Segpipe, string Pipeline, DateTimeOffset Created, DateTimeOffset Written, ReportTotals Totals, IReadOnlyList<FileReport> Files)
{
    /// <summary>Reads a store.</summary>
    /// <param name="store">The batch's truth.</param>
    /// <param name="status">How far the batch is.</param>
    /// <param name="now">The time.</param>
    /// <param name="abort">Ends the reading.</param>
    public static async Task<BatchReport> OfAsync(IBatchStore store, BatchStatus status, DateTimeOffset now, CancellationToken abort)
    {
        List<FileReport> files = [];
        foreach (var file in status.Files)
        {
            var samples = file.State is JobState.Done or JobState.Partial ? await store.ReadAsync<JobSamples>(BatchNames.Samples(file.Job), abort).ConfigureAwait(false) : null;
            files.Add(new(file, Means(samples), samples));
        }
        var totals = new ReportTotals(
            files.Count,
            files.Count(f => f.Status.State == JobState.Done),
            files.Count(f => f.Status.State == JobState.Partial),
            files.Count(f => f.Status.State == JobState.Failed),
            files.Sum(f => f.Status.DoneFrames),
            files.Sum(f => f.Status.Lost),
            Math.Round(files.Where(f => f.Status.State is JobState.Done or JobState.Partial).Sum(f => f.Status.Seconds), 3),
            files.Where(f => f.Status.State is JobState.Done or JobState.Partial).Sum(f => f.Status.Bytes),
            Means(files));
        return new(1, VersionText.Version, status.Pipeline, status.Created, now, totals, files);
    }

    /// <summary>Mean shares of one video, largest first.</summary>
    private static IReadOnlyList<MeanShare> Means(JobSamples? samples)
    {
        if (samples is not { Samples.Count: > 0 }) return [];
        var means = samples.Classes.Select((c, id) => new MeanShare(c.Name, c.Color, Math.Round(samples.Samples.Average(s => s.Shares[id]), 4)));
        return [.. means.Where(m => m.Share > 0).OrderByDescending(m => m.Share)];
    }

    /// <summary>Mean shares over all videos, each counted by its length.</summary>
    private static IReadOnlyList<MeanShare> Means(List<FileReport> files)
    {
        var seconds = files.Where(f => f.Classes.Count > 0).Sum(f => f.Status.Seconds);
        if (seconds <= 0) return [];
        var shares = files.SelectMany(f => f.Classes.Select(c => (c.Name, c.Color, Weighted: c.Share * f.Status.Seconds))).GroupBy(c => c.Name);
        return [.. shares.Select(c => new MeanShare(c.Key, c.First().Color, Math.Round(c.Sum(x => x.Weighted) / seconds, 4))).OrderByDescending(c => c.Share)];
    }
}

/// <summary>A batch as a whole.</summary>
/// <param name="Files">Videos.</param>
/// <param name="Done">Videos that are finished.</param>
/// <param name="Partial">Videos whose outputs lack something.</param>
/// <param name="Failed">Videos that were given up.</param>
/// <param name="Pictures">Pictures that are finished.</param>
/// <param name="Lost">Pictures that the finished files should hold and did not show.</param>
/// <param name="VideoSeconds">Length of the finished videos.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Classes">Mean shares over the finished videos, largest first.</param>
internal sealed record ReportTotals(int Files, int Done, int Partial, int Failed, long Pictures, long Lost, double VideoSeconds, long Bytes, IReadOnlyList<MeanShare> Classes);

/// <summary>A class and how much of the pictures it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Color">Its colour as <c>#rrggbb</c>.</param>
/// <param name="Share">Mean share, 0–1.</param>
internal sealed record MeanShare(string Name, string Color, double Share);

/// <summary>One video.</summary>
/// <param name="Status">How far it is.</param>
/// <param name="Classes">Mean shares, largest first; none before it is finished.</param>
/// <param name="Samples">What was seen over time, null before it is finished.</param>
internal sealed record FileReport(JobStatus Status, IReadOnlyList<MeanShare> Classes, JobSamples? Samples);
