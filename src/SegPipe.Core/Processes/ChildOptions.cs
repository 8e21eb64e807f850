namespace SegPipe.Processes;

/// <summary>How a child is watched.</summary>
public sealed record ChildOptions
{
    /// <summary>What the child does, for messages and the report: <c>fetch</c>, <c>decode</c>, <c>encode</c>, <c>mux</c>, <c>probe</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Whether its standard input is written by us; else it is empty.</summary>
    public bool HasInput { get; init; }

    /// <summary>Whether its standard output is read by us; else it is thrown away.</summary>
    public bool HasOutput { get; init; }

    /// <summary>Bytes that the pipe to its standard input has room for; large pipes save wake-ups with pictures of megabytes.</summary>
    public int InputRoom { get; init; } = 1 << 20;

    /// <summary>Bytes that the pipe from its standard output has room for.</summary>
    public int OutputRoom { get; init; } = 1 << 20;

    /// <summary>How long a child that owes us something may make no progress before it is killed.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Texts that must not be shown, such as passwords; they are replaced in the child's messages.</summary>
    public IReadOnlyCollection<string> Secrets { get; init; } = [];

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
