using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Host.Batch.Storage;
using SegPipe.Runtime;

namespace SegPipe.Host.Batch.Planning;

/// <summary>Finds out what a video holds and where it is cut: its packets are read as a run would read them, and its content is hashed.</summary>
/// <param name="store">Where plans are kept.</param>
/// <param name="pipeline">What is to be run.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Lines for the person who watches.</param>
internal sealed class BatchPlanner(IBatchStore store, BatchPipeline pipeline, TimeProvider time, ILogger? log = null)
{
    private static readonly ComponentDescriptor Indexer = ComponentCatalog.Of(typeof(PacketIndexSink)).All[0];

    /// <summary>The plan of a video: the one that is kept, where it still holds, else a new one, which is kept.</summary>
    /// <param name="input">Full path of the video.</param>
    /// <param name="segmentFrames">Pictures that a segment holds at most where key pictures allow it.</param>
    /// <param name="abort">Ends the reading.</param>
    /// <exception cref="SegPipeException">The video is missing, cannot be used, or is not one that the pipeline serves.</exception>
    public async Task<JobPlan> PlanAsync(string input, int segmentFrames, CancellationToken abort)
    {
        var job = BatchNames.JobOf(input);
        if (await store.StampAsync(input, abort).ConfigureAwait(false) is not var (size, modified)) throw new SegPipeException(ExitCode.InputMissing, $"The input {input} does not exist.", "Check the path.");
        var kept = await store.ReadAsync<JobPlan>(BatchNames.Plan(job), abort).ConfigureAwait(false);
        var same = kept is not null && kept.Input == input && kept.Size == size && kept.Modified == modified;
        if (same && (kept!.Uncut || (kept.SegmentFrames == segmentFrames && kept.Lead == pipeline.Needs.Lead && kept.Tail == pipeline.Needs.Tail))) return kept;
        using var file = await store.InputAsync(input, abort).ConfigureAwait(false);
        var hash = file.Sha256 is { } fetched ? Task.FromResult(fetched) : same ? Task.FromResult(kept!.Sha256) : HashAsync(file.Path, abort);
        PacketIndex index;
        try
        {
            index = await IndexAsync(pipeline.For(file.Path), abort).ConfigureAwait(false);
        }
        finally
        {
            await ((Task)hash).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (index.Packets.Count == 0) throw new SegPipeException(ExitCode.InputUnusable, $"The input {input} holds no pictures.", "Record it again.");
        var plan = Plan(job, input, index, segmentFrames) with { Size = size, Modified = modified, Sha256 = await hash.ConfigureAwait(false) };
        await store.WriteAsync(BatchNames.Plan(job), plan, abort).ConfigureAwait(false);
        return plan;
    }

    /// <summary>Plans a video in one piece, after a segment of it has differed from its plan: a key picture of it is none, for example.</summary>
    public async Task<JobPlan> PlanWholeAsync(JobPlan plan, CancellationToken abort)
    {
        var whole = plan.AsOne();
        await store.WriteAsync(BatchNames.Plan(plan.Job), whole, abort).ConfigureAwait(false);
        return whole;
    }

    private JobPlan Plan(string job, string input, PacketIndex index, int segmentFrames)
    {
        var format = index.Format!;
        var segments = SegmentCuts.Of(index.Packets, segmentFrames, pipeline.Needs.Lead, pipeline.Needs.Tail);
        var frames = segments.Sum(s => s.Frames);
        var span = (segments[^1].LastPts - segments[0].FirstPts) * format.TimeBase.Value;
        return new()
        {
            Job = job,
            Input = input,
            Size = 0,
            Modified = default,
            Sha256 = "",
            Codec = format.Codec,
            Width = format.Size.Width,
            Height = format.Size.Height,
            TimeBase = format.TimeBase,
            Frames = frames,
            Seconds = Math.Round(frames > 1 ? span * frames / (frames - 1) : format.FrameRate is { } rate ? 1 / rate.Value : 0, 6),
            SegmentFrames = segmentFrames,
            Lead = pipeline.Needs.Lead,
            Tail = pipeline.Needs.Tail,
            Segments = segments,
        };
    }

    /// <summary>Runs the pipeline's source by itself.</summary>
    private async Task<PacketIndex> IndexAsync(PipelineDefinition definition, CancellationToken abort)
    {
        var source = definition.Streams[0].Components.Single(c => c.Descriptor.Kind == ComponentKind.Source);
        var sink = new ComponentDefinition("index", Indexer, new PacketIndexOptions { From = [new(source.Id, null)] }, source.Position, new Dictionary<string, SourcePosition>());
        var reading = definition with { Streams = [new(definition.Streams[0].Id, [source, sink])], Models = new Dictionary<string, ModelOptions>() };
        await using var run = new Pipeline(reading, new() { Time = time, Log = log ?? NullLogger.Instance });
        await run.OpenAsync(abort).ConfigureAwait(false);
        var report = await run.RunAsync(CancellationToken.None, abort).ConfigureAwait(false);
        abort.ThrowIfCancellationRequested();
        if (report.ExitCode != ExitCode.Done) throw new SegPipeException(report.ExitCode, report.Error ?? "The packets could not be read.", report.Advice, report.Failure);
        return run.Shared.GetOrAdd(source.Id, () => new PacketIndex());
    }

    private static async Task<string> HashAsync(string path, CancellationToken abort)
    {
        try
        {
            var file = File.OpenRead(path);
            await using (file.ConfigureAwait(false)) return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, abort).ConfigureAwait(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.InputMissing, $"The input {path} cannot be read: {e.Message}", "Check its permissions and the disk.", e);
        }
    }
}
