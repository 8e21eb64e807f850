namespace SegPipe.Host.Batch.Running;

/// <summary>How far a batch is as a whole.</summary>
/// <param name="Files">Videos.</param>
/// <param name="Done">Videos that are finished.</param>
/// <param name="Partial">Videos whose outputs lack something.</param>
/// <param name="Failed">Videos that were given up.</param>
/// <param name="Segments">Segments of the videos that were planned so far.</param>
/// <param name="DoneSegments">Those that are finished.</param>
/// <param name="DoneFrames">Pictures that are finished or under way.</param>
/// <param name="LeftFrames">Pictures that are left; of videos that nobody has looked at, as many as their sizes suggest. Null while nothing is known.</param>
internal sealed record BatchTotals(int Files, int Done, int Partial, int Failed, int Segments, long DoneSegments, long DoneFrames, long? LeftFrames)
{
    /// <summary>Counts what a board shows.</summary>
    public static BatchTotals Of(IReadOnlyList<JobEntry> jobs)
    {
        var planned = jobs.Where(j => j.Frames > 0).ToList();
        long bytes = planned.Sum(j => j.Bytes), frames = planned.Sum(j => j.Frames);
        var unknown = jobs.Where(j => j is { Frames: 0, State: not JobState.Failed }).Sum(j => j.Bytes);
        var left = planned.Where(j => j.State is not (JobState.Failed or JobState.Partial)).Sum(j => Math.Max(0, j.Frames - j.DoneFrames));
        return new(
            jobs.Count,
            jobs.Count(j => j.State == JobState.Done),
            jobs.Count(j => j.State == JobState.Partial),
            jobs.Count(j => j.State == JobState.Failed),
            planned.Sum(j => j.Segments),
            planned.Sum(j => j.DoneSegments),
            planned.Sum(j => j.DoneFrames),
            bytes > 0 ? left + (long)((double)unknown / bytes * frames) : unknown > 0 ? null : left);
    }

    /// <summary>The whole in one line.</summary>
    /// <param name="framesPerSecond">Speed, 0 where it is unknown.</param>
    public string Describe(double framesPerSecond)
    {
        var text = $"{Done} of {Files} files, {DoneSegments} of {(LeftFrames is null ? "?" : Segments)} segments, {framesPerSecond:0.0} fps";
        if (Partial > 0) text += $", {Partial} partial";
        if (Failed > 0) text += $", {Failed} failed";
        if (LeftFrames is > 0 and var left && framesPerSecond > 0) text += $", {Duration(left / framesPerSecond)} left";
        return text;
    }

    /// <summary>A stretch of time for people, <c>4:05</c> or <c>12:04:05</c>.</summary>
    public static string Duration(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2));
        return time.TotalHours >= 1 ? $"{(long)time.TotalHours}:{time:mm\\:ss}" : $"{time:m\\:ss}";
    }
}
