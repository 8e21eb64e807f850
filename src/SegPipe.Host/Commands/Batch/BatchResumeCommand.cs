using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using SegPipe.Host.Batch.Running;

namespace SegPipe.Host.Commands.Batch;

/// <summary><c>segpipe batch resume</c>: does what is missing of a batch.</summary>
internal static class BatchResumeCommand
{
    public static Command Create(HostConsole console)
    {
        var (folder, jobs, http) = (BatchOptions.Folder(), BatchOptions.Jobs(), BatchOptions.Http());
        var command = new Command("resume", "Do what is missing of a batch; with a changed pipeline, what that changes.") { folder, jobs, http };
        command.SetAction(async (parsed, abort) =>
        {
            var store = BatchOptions.Local(parsed.GetRequiredValue(folder));
            var spec = await BatchOptions.SpecAsync(store, abort).ConfigureAwait(false);
            if (!Directory.Exists(spec.WorkingFolder)) throw new SegPipeException(ExitCode.InputMissing, $"The folder {spec.WorkingFolder}, which the batch was begun in, does not exist.", "Begin it anew in another folder: segpipe batch run");
            // Paths in the pipeline count from where the batch was begun.
            Directory.SetCurrentDirectory(spec.WorkingFolder);
            var session = new BatchSession(console, store) { Overrides = spec.Overrides, Http = parsed.GetValue(http) };
            var (text, pipeline) = session.Read(spec.Pipeline, (int)parsed.GetValue(jobs));
            var now = spec with { Fingerprint = pipeline.Fingerprint, PipelineSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) };
            return (int)await session.RunAsync(pipeline, now).ConfigureAwait(false);
        });
        return command;
    }
}
