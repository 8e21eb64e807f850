using System.CommandLine;
using System.Text;
using SegPipe.Host.Batch;
using SegPipe.Host.Batch.Report;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Batch.Storage.S3;
using SegPipe.Host.Cluster;

namespace SegPipe.Host.Commands.Batch;

/// <summary><c>segpipe batch report</c>: what a batch found and did.</summary>
internal static class BatchReportCommand
{
    public static Command Create(HostConsole console)
    {
        var folder = BatchOptions.Folder();
        var json = new Option<string?>("--json") { HelpName = "FILE", Description = "Write it as JSON; - for standard output, as without --html." };
        var html = new Option<string?>("--html") { HelpName = "FILE", Description = "Write it as one page with charts and pictures, which needs no other file." };
        var command = new Command("report", "Report what a batch found: class shares over time, pictures, what failed and why.") { folder, json, html };
        command.SetAction(async (parsed, abort) =>
        {
            console.Keep(S3Settings.Secrets());
            using var stores = new SharedStores(ScratchFolder.DefaultParent);
            var store = stores.Open(Submission.PlaceOf(parsed.GetRequiredValue(folder)));
            var spec = await BatchOptions.SpecAsync(store, abort).ConfigureAwait(false);
            var status = await BatchStatus.OfAsync(store, spec, store is FolderStore local && BatchLock.IsHeld(local), abort).ConfigureAwait(false);
            var report = await BatchReport.OfAsync(store, status, console.Time.GetUtcNow(), abort).ConfigureAwait(false);
            var (asJson, asHtml) = (parsed.GetValue(json), parsed.GetValue(html));
            if (asHtml is not null) Write(console, asHtml, ReportPage.Html(report));
            if (asJson is not null and not "-") Write(console, asJson, BatchJson.Write(report));
            if (asJson == "-" || (asJson is null && asHtml is null)) console.Out.Write(BatchJson.Write(report));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static void Write(HostConsole console, string path, string text)
    {
        try
        {
            File.WriteAllText(path, text, new UTF8Encoding(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.CannotCreate, $"The report {path} cannot be written: {e.Message}", "Check the folder and its permissions.", e);
        }
        console.Note($"wrote {path}");
    }
}
