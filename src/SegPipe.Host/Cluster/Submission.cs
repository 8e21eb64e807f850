using System.Security.Cryptography;
using System.Text;
using SegPipe.Configuration;
using SegPipe.Host.Batch;
using SegPipe.Host.Batch.Planning;
using SegPipe.Host.Batch.Running;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Batch.Storage.S3;

namespace SegPipe.Host.Cluster;

/// <summary>Puts what workers need into a batch's store, and says which of its videos they are to be asked for.</summary>
internal sealed class Submission(HostConsole console, ISharedStore store)
{
    /// <summary>Videos, full paths or places in S3.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Arguments of <c>--set</c>.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Pictures of a segment.</summary>
    public int SegmentFrames { get; init; } = 300;

    /// <summary>Whether the segments of finished videos stay.</summary>
    public bool KeepSegments { get; init; }

    /// <summary>What becomes of a video one of whose segments cannot be made.</summary>
    public OnPoison OnPoison { get; init; }

    /// <summary>The class of workers, and whether this goes before others.</summary>
    public required ClusterSpec Cluster { get; init; }

    /// <summary>The folder that a person named as a path or as a <c>file:</c> address, or the place in S3.</summary>
    /// <exception cref="SegPipeException">64 for addresses of other kinds.</exception>
    public static string PlaceOf(string uri) => S3Location.Is(uri) ? S3Location.Parse(uri).ToString() : Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && !uri.StartsWith('/')
        ? parsed.IsFile && parsed.Host.Length == 0 ? parsed.LocalPath : throw new SegPipeException(ExitCode.Usage, $"Outputs cannot go to {parsed.Scheme}://{parsed.Host}.", "Name a folder that all workers share, or a place in S3: --out s3://bucket/out")
        : Path.GetFullPath(uri);

    /// <summary>Writes the batch down and gives the jobs that are not done.</summary>
    /// <exception cref="SegPipeException">The pipeline cannot be used so, two videos would write one output, or a local batch works in the folder.</exception>
    public async Task<IReadOnlyList<JobMessage>> WriteAsync(string pipelineFile, CancellationToken cancel)
    {
        var loader = new PipelineLoader(console) { Overrides = Overrides, OutputRoot = store.OutputFolder, SeesVariables = false };
        var text = loader.ReadForBatch(pipelineFile);
        var overrides = WithWholePaths(text);
        var pipeline = new BatchPipeline(new(text.File, SubmittedPipeline.Require(text.Text)), SubmittedPipeline.Settings(store.OutputFolder, overrides));
        if (Inputs.Any(S3Location.Is) && text.Text.Contains("${input.dir}", StringComparison.Ordinal))
            throw new SegPipeException(ExitCode.Configuration, "${input.dir} is not the same on every worker for videos in S3.", "Use ${input.stem}, and one --out for each folder of videos.");
        using var held = store.Share();
        var earlier = await store.ReadAsync<BatchSpec>(BatchNames.Spec, cancel).ConfigureAwait(false);
        var spec = new BatchSpec
        {
            Pipeline = Path.GetFullPath(pipelineFile),
            PipelineSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Text))),
            Fingerprint = pipeline.Fingerprint,
            Overrides = overrides,
            WorkingFolder = Directory.GetCurrentDirectory(),
            Inputs = [.. (earlier?.Inputs ?? []).Union(Inputs)],
            SegmentFrames = SegmentFrames,
            KeepSegments = KeepSegments,
            OnPoison = OnPoison,
            Created = earlier?.Created ?? console.Time.GetUtcNow(),
        };
        Claim(pipeline, spec);
        await store.WriteTextAsync(ClusterSpec.PipelineName, text.Text, cancel).ConfigureAwait(false);
        await store.WriteAsync(ClusterSpec.Name, Cluster, cancel).ConfigureAwait(false);
        await store.WriteAsync(BatchNames.Spec, spec, cancel).ConfigureAwait(false);
        var jobs = new List<JobMessage>();
        foreach (var job in Inputs.Select(BatchNames.JobOf))
        {
            if (await IsDoneAsync(job, spec, cancel).ConfigureAwait(false)) continue;
            if (await store.ReadAsync<JobPlan>(BatchNames.Plan(job), cancel).ConfigureAwait(false) is { } plan)
                await GivenUpSegments.WithdrawAsync(store, plan, plan.ConfigHash(spec.Fingerprint), cancel).ConfigureAwait(false);
            await store.RemoveAsync(BatchNames.Failure(job), cancel).ConfigureAwait(false);
            await store.RemoveAsync(JobLosses.Name(job), cancel).ConfigureAwait(false);
            jobs.Add(new() { JobId = job, BatchUri = store.Address, Class = Cluster.Class, High = Cluster.High, NotBefore = Cluster.NotBefore, Traceparent = Cluster.Traceparent });
        }
        return jobs;
    }

    private async Task<bool> IsDoneAsync(string job, BatchSpec spec, CancellationToken cancel) =>
        await store.ReadAsync<JobPlan>(BatchNames.Plan(job), cancel).ConfigureAwait(false) is { } plan
        && await store.ReadAsync<JobDone>(BatchNames.Done(job), cancel).ConfigureAwait(false) is { Gaps.Count: 0 } done
        && done.ConfigHash == plan.ConfigHash(spec.Fingerprint) && await store.HoldsAsync(done.Outputs, cancel).ConfigureAwait(false);

    private void Claim(BatchPipeline pipeline, BatchSpec spec)
    {
        var (claimed, inputs) = (new Dictionary<string, string>(), spec.Inputs.ToHashSet(StringComparer.Ordinal));
        foreach (var input in spec.Inputs) OutputClaims.Claim(pipeline.OutputsFor(input).Select(store.NameOf), input, claimed, inputs);
    }

    /// <summary>The overrides, and those that make relative paths of models and palettes whole: workers have another working folder.</summary>
    private IReadOnlyList<string> WithWholePaths(PipelineText text)
    {
        var definition = new BatchPipeline(text, SubmittedPipeline.Settings(store.OutputFolder, Overrides)).For(Inputs[0]);
        var relative = PipelineFiles.Of(definition).Where(m => !Path.IsPathRooted(m.Path) && File.Exists(Path.GetFullPath(m.Path)));
        return [.. Overrides, .. relative.Select(m => $"{m.Key}={Path.GetFullPath(m.Path)}")];
    }
}
