using SegPipe.Configuration;
using SegPipe.Host.Batch.Report;
using SegPipe.Host.Batch.Running;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Watching;

namespace SegPipe.Host.Http.Jobs;

/// <summary>One video.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Input">Its path.</param>
/// <param name="Job">Name of its job.</param>
/// <param name="State">Where it is: waiting, planning, segments, joining, done, failed.</param>
/// <param name="Segments">Its segments, 0 before it was planned.</param>
/// <param name="DoneSegments">Those that are finished.</param>
/// <param name="RunningSegments">Those that workers have in work.</param>
/// <param name="Frames">Its pictures, 0 before it was planned.</param>
/// <param name="DoneFrames">Those that are finished or in work.</param>
/// <param name="Lost">Pictures that the file should hold and did not show.</param>
/// <param name="Fps">Pictures a second of the workers that have it in work, null where none has.</param>
/// <param name="LeftSeconds">Time to its end at this speed, null where nothing can be said.</param>
/// <param name="Finished">When it was finished, or null.</param>
/// <param name="Failure">Why it was given up, or null.</param>
internal sealed record JobView(
    string Name, string Input, string Job, string State, int Segments, int DoneSegments, int RunningSegments, long Frames, long DoneFrames, long Lost, double? Fps,
    double? LeftSeconds, DateTimeOffset? Finished, JobFailure? Failure)
{
    private static readonly string Waiting = Word(JobState.Waiting), Done = Word(JobState.Done), Failed = Word(JobState.Failed);

    /// <summary>Whether nothing more is done with it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsEnded => Finished is not null || State == Failed;

    /// <summary>Its place among others: worked on, given up, waiting, done.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Rank => IsEnded ? State == Done ? 3 : 1 : State == Waiting ? 2 : 0;

    public static JobView Of(JobStatus job, IEnumerable<WorkNow> work)
    {
        var items = job.Finished is null ? work.ToList() : [];
        // What a worker said some seconds ago may be finished by now, and two may have the same in work.
        var segments = items.Where(w => w.Seg is { } seg && !job.Committed.Contains(seg)).GroupBy(w => w.Seg!.Value).ToList();
        var running = segments.Sum(s => Math.Min(s.Max(w => w.Frames), FramesOf(job, s.Key)));
        var done = Math.Min(job.Frames, job.DoneFrames + running);
        double? fps = segments.Count > 0 ? Math.Round(segments.Sum(s => s.Max(w => w.Fps)), 1) : null;
        return new(
            Path.GetFileName(job.Input), job.Input, job.Job, StateOf(job, items), job.Segments, job.DoneSegments, segments.Count, job.Frames, done, job.Lost, fps,
            fps > 0 ? Math.Round((job.Frames - done) / fps.Value) : null, job.Finished, job.Failure ?? (job.Gaps is [var gap, ..] ? gap.Failure : null));
    }

    private static long FramesOf(JobStatus job, int segment) => job.Plan is { } plan && segment < plan.Segments.Count ? plan.Segments[segment].Frames : 0;

    private static string StateOf(JobStatus job, IReadOnlyList<WorkNow> work) => job.State switch
    {
        _ when job.Finished is not null || job.State == JobState.Failed => Word(job.State),
        _ when work.Any(w => w.Kind == WorkKind.Join) || (job.Segments > 0 && job.DoneSegments == job.Segments) => Word(JobState.Joining),
        _ when work.Any(w => w.Kind == WorkKind.Plan) => Word(JobState.Planning),
        _ when work.Any(w => w.Kind == WorkKind.Segment) => Word(JobState.Segments),
        _ => Word(job.State),
    };

    private static string Word(JobState state) => SnakeCase.Of(state.ToString());
}
