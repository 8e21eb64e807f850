using System.Collections.Frozen;
using System.Text.Json.Serialization;
using SegPipe.Host.Batch.Planning;
using SegPipe.Host.Batch.Running;
using SegPipe.Host.Batch.Storage;

namespace SegPipe.Host.Batch.Report;

/// <summary>How far a batch is, as its store tells.</summary>
/// <param name="Pipeline">Path of the pipeline.</param>
/// <param name="Created">When it was begun.</param>
/// <param name="Running">Whether a run works on it now.</param>
/// <param name="Files">The videos, in order.</param>
internal sealed record BatchStatus(string Pipeline, DateTimeOffset Created, bool Running, IReadOnlyList<JobStatus> Files)
{
    /// <summary>Reads a store.</summary>
    /// <param name="store">The batch's truth.</param>
    /// <param name="spec">What was asked for.</param>
    /// <param name="running">Whether a run works on it now.</param>
    /// <param name="abort">Ends the reading.</param>
    public static async Task<BatchStatus> OfAsync(IBatchStore store, BatchSpec spec, bool running, CancellationToken abort)
    {
        List<JobStatus> files = [];
        foreach (var input in spec.Inputs) files.Add(await OfAsync(store, spec, input, abort).ConfigureAwait(false));
        return new(spec.Pipeline, spec.Created, running, files);
    }

    /// <summary>How far one video is.</summary>
    /// <param name="store">The batch's truth.</param>
    /// <param name="spec">What was asked for.</param>
    /// <param name="input">Full path of the video.</param>
    /// <param name="abort">Ends the reading.</param>
    public static async Task<JobStatus> OfAsync(IBatchStore store, BatchSpec spec, string input, CancellationToken abort)
    {
        var job = BatchNames.JobOf(input);
        var plan = await store.ReadAsync<JobPlan>(BatchNames.Plan(job), abort).ConfigureAwait(false);
        var status = new JobStatus { Input = input, Job = job, State = JobState.Waiting };
        if (await store.ReadAsync<JobFailure>(BatchNames.Failure(job), abort).ConfigureAwait(false) is { } failure) status = status with { State = JobState.Failed, Failure = failure };
        if (plan is null) return status;
        var hash = plan.ConfigHash(spec.Fingerprint);
        status = status with { Bytes = plan.Size, Seconds = plan.Seconds, Segments = plan.Segments.Count, Frames = plan.Frames };
        if (await store.ReadAsync<JobDone>(BatchNames.Done(job), abort).ConfigureAwait(false) is { } done && done.ConfigHash == hash)
            return status with { State = done.Gaps.Count > 0 ? JobState.Partial : JobState.Done, Gaps = done.Gaps, Failure = null, DoneSegments = plan.Segments.Count - done.Gaps.Count, DoneFrames = done.Frames, Lost = done.Lost, WorkSeconds = done.Seconds, Finished = done.Finished, Outputs = done.Outputs };
        var committed = await store.CommittedAsync(job, hash, abort).ConfigureAwait(false);
        return status with
        {
            State = status.State == JobState.Waiting && committed.Count > 0 ? JobState.Segments : status.State,
            Plan = plan,
            Committed = committed,
            DoneSegments = committed.Count,
            DoneFrames = plan.Segments.Where(s => committed.Contains(s.I)).Sum(s => s.Frames),
        };
    }
}

/// <summary>How far one video is.</summary>
internal sealed record JobStatus
{
    /// <summary>Full path of the video.</summary>
    public required string Input { get; init; }

    /// <summary>Name of its job.</summary>
    public required string Job { get; init; }

    /// <summary>Where it is.</summary>
    public required JobState State { get; init; }

    /// <summary>Size of the video, 0 before it was planned.</summary>
    public long Bytes { get; init; }

    /// <summary>Length of the video, 0 before it was planned.</summary>
    public double Seconds { get; init; }

    /// <summary>Its segments, 0 before it was planned.</summary>
    public int Segments { get; init; }

    /// <summary>Those that are finished.</summary>
    public int DoneSegments { get; init; }

    /// <summary>Its pictures, 0 before it was planned.</summary>
    public long Frames { get; init; }

    /// <summary>Those that are finished.</summary>
    public long DoneFrames { get; init; }

    /// <summary>Pictures that the file should hold and did not show.</summary>
    public long Lost { get; init; }

    /// <summary>Wall time of its segments together, once it is finished.</summary>
    public double? WorkSeconds { get; init; }

    /// <summary>When it was finished.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>What was written, once it is finished.</summary>
    public IReadOnlyList<JobOutput> Outputs { get; init; } = [];

    /// <summary>What was written lacks this.</summary>
    public IReadOnlyList<JobGap> Gaps { get; init; } = [];

    /// <summary>Why it was given up, or null.</summary>
    public JobFailure? Failure { get; init; }

    /// <summary>How it is cut, while it is neither waiting nor done.</summary>
    [JsonIgnore]
    public JobPlan? Plan { get; init; }

    /// <summary>The segments that are finished, while it is neither waiting nor done.</summary>
    [JsonIgnore]
    public IReadOnlySet<int> Committed { get; init; } = FrozenSet<int>.Empty;
}
