using System.CommandLine;
using SegPipe.Host.Batch;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Batch.Storage.S3;

namespace SegPipe.Host.Commands.Batch;

/// <summary>What the commands of a batch have in common.</summary>
internal static class BatchOptions
{
    /// <summary>The folder of a batch that was begun.</summary>
    public static Argument<string> Folder() => new("DIR") { Description = "The batch's folder: --out of batch run, or of submit." };

    /// <summary>Segments that are worked on side by side; two by default, so that one begins while another ends.</summary>
    public static Option<double> Jobs() => TypedOption.Number("--jobs", "Segments that are worked on side by side.", Math.Min(2, Environment.ProcessorCount), 1, 64);

    /// <summary>The store in a folder of this machine, which alone works on it.</summary>
    /// <exception cref="SegPipeException">64 for a place in S3.</exception>
    public static FolderStore Local(string folder) => S3Location.Is(folder)
        ? throw new SegPipeException(ExitCode.Usage, $"{folder} is no folder of this machine.", "Ask workers for batches in S3: segpipe submit PIPELINE INPUT… --out s3://bucket/out")
        : new(folder);

    /// <summary>What becomes of a video one of whose segments cannot be made.</summary>
    public static Option<string> OnPoison() => new("--on-poison") { HelpName = "fail|gap", Description = "Where a segment cannot be made: give its video up, or leave its pictures out.", DefaultValueFactory = _ => "fail" };

    /// <summary>Reads that.</summary>
    /// <exception cref="SegPipeException">64 where it is neither.</exception>
    public static OnPoison OnPoison(string word) => word switch
    {
        "fail" => Host.Batch.OnPoison.Fail,
        "gap" => Host.Batch.OnPoison.Gap,
        _ => throw new SegPipeException(ExitCode.Usage, $"'{word}' is nothing that can become of a video.", "Say --on-poison fail or --on-poison gap"),
    };

    /// <summary>Where progress is served.</summary>
    public static Option<string?> Http() => new("--http") { HelpName = "HOST:PORT", Description = "Serve a page of the jobs and /metrics while it runs, as in 127.0.0.1:9465; nothing can be changed there." };

    /// <summary>What was asked for in a folder.</summary>
    /// <exception cref="SegPipeException">66 if there is no batch.</exception>
    public static async Task<BatchSpec> SpecAsync(IBatchStore store, CancellationToken abort) =>
        await store.ReadAsync<BatchSpec>(BatchNames.Spec, abort).ConfigureAwait(false)
        ?? throw new SegPipeException(ExitCode.InputMissing, $"There is no batch in {store.Name}.", "Begin one: segpipe batch run PIPELINE INPUT… --out DIR");
}
