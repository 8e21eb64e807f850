namespace SegPipe.Processes;

/// <summary>What a child may touch. Without any of these it sees system libraries only: no file, no network.</summary>
public sealed record SandboxPolicy
{
    /// <summary>Files and folders that it may read, by full path.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>Files that it may write, by full path; they exist already.</summary>
    public IReadOnlyList<string> Writable { get; init; } = [];

    /// <summary>Whether it may use the network.</summary>
    public bool Network { get; init; }

    /// <summary>Most address space, in bytes.</summary>
    public long AddressSpaceBytes { get; init; } = 8L << 30;

    /// <summary>Largest file that it may write, in bytes; pipes do not count.</summary>
    public long FileBytes { get; init; }
}
