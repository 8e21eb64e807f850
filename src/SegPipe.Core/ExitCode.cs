namespace SegPipe;

/// <summary>What the program tells its caller; the numbers are those of sysexits.h where one fits.</summary>
public enum ExitCode
{
    /// <summary>Everything was done, also after a drained stop.</summary>
    Done = 0,

    /// <summary>The pipeline failed while it ran.</summary>
    PipelineFailed = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 64,

    /// <summary>An input is there but cannot be used.</summary>
    InputUnusable = 65,

    /// <summary>An input is missing.</summary>
    InputMissing = 66,

    /// <summary>A program or service that is needed is not available.</summary>
    Unavailable = 69,

    /// <summary>A defect of SegPipe itself, or a ledger that does not balance.</summary>
    Internal = 70,

    /// <summary>An output cannot be created.</summary>
    CannotCreate = 73,

    /// <summary>Reading or writing failed, for example because the disk is full.</summary>
    IoError = 74,

    /// <summary>Stopped before the end; the work can be resumed.</summary>
    Resumable = 75,

    /// <summary>The configuration is invalid.</summary>
    Configuration = 78,

    /// <summary>Ended by a second SIGINT.</summary>
    Interrupted = 130,

    /// <summary>Ended by a second SIGTERM.</summary>
    Terminated = 143,
}
