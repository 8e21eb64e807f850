using System.Collections.Immutable;
using SegPipe.Configuration;
using SegPipe.Host.Batch.Sampling;
using SegPipe.Host.Batch.Storage;

namespace SegPipe.Host.Batch.Running;

/// <summary>Where a video is.</summary>
internal enum JobState
{
    /// <summary>Nobody has looked at it.</summary>
    Waiting,

    /// <summary>It is being read and hashed.</summary>
    Planning,

    /// <summary>Its segments are worked on, or wait.</summary>
    Segments,

    /// <summary>Its segments are joined.</summary>
    Joining,

    /// <summary>Its outputs lie in place.</summary>
    Done,

    /// <summary>Its outputs lie in place and lack what could not be made.</summary>
    Partial,

    /// <summary>It was given up.</summary>
    Failed,
}

/// <summary>A batch while it is worked on, to be looked at from any thread.</summary>
internal sealed class BatchBoard
{
    private ImmutableList<JobEntry> _jobs = [];

    /// <summary>The videos, in order.</summary>
    public IReadOnlyList<JobEntry> Jobs => _jobs;

    /// <summary>Called when a video is finished or given up, from any thread.</summary>
    public Action<JobEntry>? Ended { get; init; }

    /// <summary>Videos by state, in the words of the metric.</summary>
    public IReadOnlyDictionary<string, int> ByState()
    {
        var states = new Dictionary<string, int> { ["waiting"] = 0, ["segments"] = 0, ["joining"] = 0, ["done"] = 0, ["partial"] = 0, ["failed"] = 0 };
        foreach (var job in Jobs)
        {
            var word = job.State == JobState.Planning ? "waiting" : SnakeCase.Of(job.State.ToString());
            states[word] = states.GetValueOrDefault(word) + 1;
        }
        return states;
    }

    /// <summary>Puts a video up.</summary>
    public JobEntry Add(string input)
    {
        var entry = new JobEntry(input);
        _jobs = _jobs.Add(entry);
        return entry;
    }
}

/// <summary>One video while it is worked on.</summary>
/// <param name="input">Full path of the video.</param>
internal sealed class JobEntry(string input)
{
    private readonly Lock _gate = new();
    private ImmutableHashSet<SegmentProgress> _running = [];
    private long _doneFrames, _doneSegments;

    /// <summary>Full path of the video.</summary>
    public string Input { get; } = input;

    /// <summary>Name for people.</summary>
    public string Name { get; } = Path.GetFileName(input);

    /// <summary>Size of the video, 0 while it is unknown.</summary>
    public long Bytes { get; set; }

    /// <summary>Where it is.</summary>
    public JobState State { get; set; }

    /// <summary>Its segments, 0 before it was planned.</summary>
    public int Segments { get; set; }

    /// <summary>Its pictures, 0 before it was planned.</summary>
    public long Frames { get; set; }

    /// <summary>Pictures that this run found finished.</summary>
    public long FoundFrames { get; private set; }

    /// <summary>Segments that are finished.</summary>
    public long DoneSegments => Interlocked.Read(ref _doneSegments);

    /// <summary>Segments that are worked on.</summary>
    public int RunningSegments => _running.Count;

    /// <summary>Pictures that are finished, or went through the stages of a segment that is worked on.</summary>
    public long DoneFrames => Interlocked.Read(ref _doneFrames) + _running.Sum(r => r.Pictures);

    /// <summary>Why it was given up, or null.</summary>
    public JobFailure? Failure { get; set; }

    /// <summary>What its outputs lack.</summary>
    public IReadOnlyList<JobGap> Gaps { get; set; } = [];

    /// <summary>Counts what an earlier run has finished.</summary>
    public void Found(int segments, long frames)
    {
        (FoundFrames, _doneFrames, _doneSegments) = (frames, frames, segments);
    }

    /// <summary>Shows a segment that is worked on.</summary>
    public void Begin(SegmentProgress progress)
    {
        lock (_gate) _running = _running.Add(progress);
    }

    /// <summary>Takes a segment down, and counts its pictures where it is finished.</summary>
    public void End(SegmentProgress? progress, long? frames)
    {
        lock (_gate)
        {
            if (progress is not null) _running = _running.Remove(progress);
            if (frames is null) return;
            _doneFrames += frames.Value;
            _doneSegments++;
        }
    }
}
