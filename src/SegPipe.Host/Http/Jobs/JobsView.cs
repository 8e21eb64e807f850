using SegPipe.Host.Watching;

namespace SegPipe.Host.Http.Jobs;

/// <summary>What <c>/api/jobs</c> answers: batches and their videos, as their storage tells.</summary>
/// <param name="Version">The program's.</param>
/// <param name="Now">The server's clock, which every other time is to be compared with.</param>
/// <param name="LookedAt">When storage was looked at; null where this process sees none.</param>
/// <param name="Error">Why storage could not be read, or null.</param>
/// <param name="Batches">Batches, those that are worked on first.</param>
/// <param name="Further">Batches that are left out here.</param>
internal sealed record JobsView(string Version, DateTimeOffset Now, DateTimeOffset? LookedAt, string? Error, IReadOnlyList<BatchView> Batches, int Further)
{
    private const int MostBatches = 30;

    /// <summary>Puts together what storage and workers tell.</summary>
    /// <param name="sight">What storage tells, or null.</param>
    /// <param name="work">What workers have in work.</param>
    /// <param name="speeds">How fast batches were lately.</param>
    /// <param name="limit">Videos of a batch at most.</param>
    /// <param name="now">The clock.</param>
    public static JobsView Of(BatchSight? sight, IReadOnlyList<WorkNow> work, BatchSpeeds speeds, int limit, DateTimeOffset now)
    {
        var byBatch = work.ToLookup(w => w.Batch);
        var batches = (sight?.Batches ?? []).Select(b => BatchView.Of(b, byBatch[b.Batch.Name], speeds, limit)).OrderBy(b => b.Rank).ThenByDescending(b => b.Created).ToList();
        return new(VersionText.Version, now, sight?.At, sight?.Error, [.. batches.Take(MostBatches)], Math.Max(0, batches.Count - MostBatches));
    }
}

/// <summary>One batch.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Pipeline">Path of the pipeline.</param>
/// <param name="Class">The class of workers that it is for; null where it is for this process.</param>
/// <param name="High">Whether it goes before others.</param>
/// <param name="Created">When it was begun.</param>
/// <param name="Error">Why it cannot be read, or null.</param>
/// <param name="States">Videos by state.</param>
/// <param name="Segments">Segments of the videos that were planned.</param>
/// <param name="DoneSegments">Those that are finished.</param>
/// <param name="Frames">Pictures of the videos that were planned.</param>
/// <param name="DoneFrames">Those that are finished or in work.</param>
/// <param name="Fps">Pictures a second lately, null where nothing is in work.</param>
/// <param name="LeftSeconds">Time to its end at this speed, as far as that can be said.</param>
/// <param name="Jobs">Videos, those that are worked on first, then those that were given up.</param>
/// <param name="Further">Videos that are left out here.</param>
internal sealed record BatchView(
    string Folder, string Pipeline, string? Class, bool High, DateTimeOffset Created, string? Error, IReadOnlyDictionary<string, int> States, int Segments, int DoneSegments,
    long Frames, long DoneFrames, double? Fps, double? LeftSeconds, IReadOnlyList<JobView> Jobs, int Further)
{
    /// <summary>Its place among others: worked on, waiting, ended.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Rank => Fps is not null ? 0 : Jobs.Any(j => !j.IsEnded) ? 1 : 2;

    public static BatchView Of(SeenBatch seen, IEnumerable<WorkNow> work, BatchSpeeds speeds, int limit)
    {
        var byJob = work.ToLookup(w => w.Job);
        var jobs = seen.Jobs.Select(j => JobView.Of(j, byJob[j.Job])).ToList();
        var (frames, done) = (jobs.Sum(j => j.Frames), jobs.Sum(j => j.DoneFrames));
        double? fps = jobs.Any(j => j.Fps is not null) ? speeds.Note(seen.Batch.Name, jobs.Sum(j => j.DoneFrames), jobs.Sum(j => j.Fps ?? 0)) : null;
        return new(
            seen.Batch.Name, seen.Batch.Spec.Pipeline, seen.Batch.Class, seen.Batch.High, seen.Batch.Spec.Created, seen.Error,
            jobs.GroupBy(j => j.State).ToDictionary(g => g.Key, g => g.Count()),
            jobs.Sum(j => j.Segments), jobs.Sum(j => j.DoneSegments), frames, done, fps, Left(jobs) is { } left && fps > 0 ? Math.Round(left / fps.Value) : null,
            [.. jobs.OrderBy(j => j.Rank).ThenByDescending(j => j.Finished).Take(limit)], Math.Max(0, jobs.Count - limit));
    }

    /// <summary>Pictures that are left; of videos that nobody has looked at, as many as the others have on average.</summary>
    private static long? Left(IReadOnlyList<JobView> jobs)
    {
        var planned = jobs.Where(j => j.Frames > 0).ToList();
        var unknown = jobs.Count(j => j.Frames == 0 && !j.IsEnded);
        if (planned.Count == 0) return unknown > 0 ? null : 0;
        return planned.Where(j => !j.IsEnded).Sum(j => j.Frames - j.DoneFrames) + (unknown * planned.Sum(j => j.Frames) / planned.Count);
    }
}
