namespace SegPipe.Host.Cluster;

/// <summary>What becomes of a delivery.</summary>
internal abstract record Verdict
{
    /// <summary>It is finished, or somebody else has finished it.</summary>
    public sealed record Done : Verdict;

    /// <summary>It goes back as it came: this worker ends.</summary>
    public sealed record HandBack : Verdict;

    /// <summary>Its time has not come, or somebody else is at it; waiting is no try.</summary>
    /// <param name="Left">How long it is until then; zero for the shortest wait.</param>
    public sealed record Later(TimeSpan Left) : Verdict;

    /// <summary>It failed and is tried again, or, after too many tries, is a dead letter.</summary>
    /// <param name="Failure">Why.</param>
    public sealed record Failed(SegPipeException Failure) : Verdict;
}
