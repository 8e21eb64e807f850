namespace SegPipe.Host.Running;

/// <summary>What became of a reading of the configuration.</summary>
internal enum ReloadOutcome
{
    /// <summary>It is what the program was started with.</summary>
    Started,

    /// <summary>It was taken over.</summary>
    Applied,

    /// <summary>It says what runs already.</summary>
    Unchanged,

    /// <summary>It cannot be used; what ran goes on.</summary>
    Refused,
}

/// <summary>The result of one reload.</summary>
/// <param name="Number">0 for the start, then rising by one.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="At">When it was over.</param>
/// <param name="Pipelines">What changed, by pipeline; none where it was refused.</param>
/// <param name="Error">Why it was refused, or null.</param>
/// <param name="Advice">What to do about it, or null.</param>
/// <param name="Findings">What is wrong with the files, each with its place.</param>
internal sealed record ReloadResult(
    int Number, ReloadOutcome Outcome, DateTimeOffset At, IReadOnlyList<ReloadedPipeline> Pipelines, string? Error = null, string? Advice = null, IReadOnlyList<string>? Findings = null);

/// <summary>What a reload did to the streams of one pipeline.</summary>
/// <param name="Name">The pipeline.</param>
/// <param name="Kept">Streams that went on as they were.</param>
/// <param name="Restarted">Streams that drained and started again.</param>
/// <param name="Started">Streams that are new.</param>
/// <param name="Stopped">Streams that drained and are gone.</param>
internal sealed record ReloadedPipeline(string Name, IReadOnlyList<string> Kept, IReadOnlyList<string> Restarted, IReadOnlyList<string> Started, IReadOnlyList<string> Stopped)
{
    /// <summary>Whether any stream is another than before.</summary>
    public bool Changed => Restarted.Count + Started.Count + Stopped.Count > 0;
}
