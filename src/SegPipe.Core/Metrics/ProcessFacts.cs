namespace SegPipe.Metrics;

/// <summary>What the host knows of the process and the pipelines cannot.</summary>
public sealed record ProcessFacts
{
    /// <summary>Major, minor and patch.</summary>
    public required string Version { get; init; }

    /// <summary>The commit that it was built from.</summary>
    public required string Commit { get; init; }

    /// <summary>Log lines by level, all levels always.</summary>
    public required Func<IEnumerable<(string Level, long Lines)>> LogLines { get; init; }

    /// <summary>Whether the last reading of the configuration was taken over, and when one was last.</summary>
    public required Func<(bool Successful, DateTimeOffset TakenOver)> Reload { get; init; }
}
