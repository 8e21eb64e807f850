namespace SegPipe.Processes;

/// <summary>A child process that failed, was killed or could not be started.</summary>
public sealed class ChildProcessException(string role, int? exitCode, string cause, string advice, IReadOnlyList<string> errorLines)
    : SegPipeException(ExitCode.PipelineFailed, $"FFmpeg ({role}) {cause}.", advice)
{
    /// <summary>What the child did.</summary>
    public string Role { get; } = role;

    /// <summary>Its exit code, 128 and more for a signal; null where it did not end.</summary>
    public int? ChildExitCode { get; } = exitCode;

    /// <summary>Its last lines of standard error, secrets replaced.</summary>
    public IReadOnlyList<string> ErrorLines { get; } = errorLines;
}

/// <summary>The child no longer reads its input: expected when it ends; why it did is told by its exit.</summary>
public sealed class ChildInputClosedException(string role, Exception inner)
    : IOException($"FFmpeg ({role}) no longer reads its input.", inner);
