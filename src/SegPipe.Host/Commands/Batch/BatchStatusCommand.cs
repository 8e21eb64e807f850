using System.CommandLine;
using SegPipe.Host.Batch.Report;
using SegPipe.Host.Batch.Storage;

namespace SegPipe.Host.Commands.Batch;

/// <summary><c>segpipe batch status</c>: how far a batch is.</summary>
internal static class BatchStatusCommand
{
    public static Command Create(HostConsole console)
    {
        var folder = BatchOptions.Folder();
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var command = new Command("status", "Show how far a batch is; -v lists every file of a long one.") { folder, json };
        command.SetAction(async (parsed, abort) =>
        {
            var store = new FolderStore(parsed.GetRequiredValue(folder));
            var spec = await BatchOptions.SpecAsync(store, abort).ConfigureAwait(false);
            var status = await BatchStatus.OfAsync(store, spec, BatchLock.IsHeld(store), abort).ConfigureAwait(false);
            if (parsed.GetValue(json)) console.Out.Write(StatusText.Json(status));
            else foreach (var line in StatusText.Lines(status, console.Verbosity > 0)) console.Out.WriteLine(line);
            return (int)ExitCode.Done;
        });
        return command;
    }
}
