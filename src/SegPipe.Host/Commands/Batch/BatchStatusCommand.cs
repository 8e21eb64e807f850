using System.CommandLine;
using SegPipe.Host.Batch.Report;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Batch.Storage.S3;
using SegPipe.Host.Cluster;

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
            console.Keep(S3Settings.Secrets());
            using var stores = new SharedStores(ScratchFolder.DefaultParent);
            var store = stores.Open(Submission.PlaceOf(parsed.GetRequiredValue(folder)));
            var spec = await BatchOptions.SpecAsync(store, abort).ConfigureAwait(false);
            var status = await BatchStatus.OfAsync(store, spec, store is FolderStore local && BatchLock.IsHeld(local), abort).ConfigureAwait(false);
            if (parsed.GetValue(json)) console.Out.Write(StatusText.Json(status));
            else foreach (var line in StatusText.Lines(status, console.Verbosity > 0)) console.Out.WriteLine(line);
            return (int)ExitCode.Done;
        });
        return command;
    }
}
