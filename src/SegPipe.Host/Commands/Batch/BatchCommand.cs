using System.CommandLine;

namespace SegPipe.Host.Commands.Batch;

/// <summary><c>segpipe batch</c>: one pipeline over many videos, finished exactly once.</summary>
internal static class BatchCommand
{
    public static Command Create(HostConsole console) => new("batch", "Run a pipeline over many videos, to be resumed after anything.")
    {
        BatchRunCommand.Create(console),
        BatchResumeCommand.Create(console),
        BatchStatusCommand.Create(console),
        BatchReportCommand.Create(console),
    };
}
