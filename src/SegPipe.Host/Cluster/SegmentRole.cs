using Microsoft.Extensions.Logging;
using SegPipe.Metrics;

namespace SegPipe.Host.Cluster;

/// <summary>Makes segments; who makes a job's last one asks for the join.</summary>
internal sealed class SegmentRole(IBatchWork work, AllowedRoots roots, Publisher publisher, Topology topology, WorkerSettings settings, ClusterMetrics metrics, TimeProvider time, ILogger log) : IRole
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Queues { get; } = [topology.HighQueue, topology.SegmentsQueue];

    /// <inheritdoc/>
    public async Task HandleAsync(ClusterMessage message, CancellationToken cancel)
    {
        var segment = (SegmentMessage)message;
        var batch = roots.Resolve(segment.BatchUri);
        var started = time.GetTimestamp();
        var end = await RunAsync(batch, segment, cancel).ConfigureAwait(false);
        metrics.Segment(end == SegmentEnd.Committed ? "ok" : "stale");
        if (end == SegmentEnd.Committed) metrics.Took(time.GetElapsedTime(started));
        if (end == SegmentEnd.Differs) log.LogWarning("{Segment} came out otherwise than with the worker that was first; the first result stays", segment.Id);
        if (end == SegmentEnd.Beaten) log.LogInformation("{Segment} was finished by another worker first, with the same bytes", segment.Id);
        if (end == SegmentEnd.Found && segment.Attempt == 1) log.LogDebug("{Segment} was there already", segment.Id);
        if (end == SegmentEnd.Replanned) log.LogWarning("{Job} is made in one piece: its segments are not what was planned", segment.JobId);
        await GoOnAsync(batch, segment, end == SegmentEnd.Replanned, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task BuryAsync(ClusterMessage message, SegPipeException failure, CancellationToken cancel)
    {
        if (message is not SegmentMessage { BatchUri: var uri, Seg: var index } segment || !roots.AllowsAddress(uri)) return;
        var batch = roots.Resolve(uri);
        await work.GiveUpAsync(batch, message.JobId, failure, index, cancel).ConfigureAwait(false);
        await GoOnAsync(batch, segment, false, cancel).ConfigureAwait(false);
    }

    /// <summary>Asks for the join behind the last segment, and for all segments of a new plan.</summary>
    private async Task GoOnAsync(string batch, SegmentMessage segment, bool replanned, CancellationToken cancel)
    {
        var view = await work.LookAsync(batch, segment.JobId, cancel).ConfigureAwait(false);
        if (view is not { IsDone: false } || (view.Missing.Count > 0 && !replanned)) return;
        var job = new JobMessage { JobId = segment.JobId, BatchUri = segment.BatchUri, Class = segment.Class, High = segment.High, Traceparent = segment.Traceparent };
        await PlannerRole.SendAsync(publisher, job, view, settings, cancel).ConfigureAwait(false);
    }

    /// <summary>Runs it, and ends it where no further picture comes: a child that hangs would hold it to the deadline.</summary>
    private async Task<SegmentEnd> RunAsync(string batch, SegmentMessage segment, CancellationToken cancel)
    {
        using var claim = work.Claim(batch, segment.JobId, segment.Seg, settings.Name);
        using var stalled = new CancellationTokenSource();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, stalled.Token);
        Func<long> pictures = () => 0;
        var (last, since) = (-1L, time.GetTimestamp());
        using var look = time.CreateTimer(_ =>
        {
            // A large video may take long to come.
            var now = pictures() + work.Moved;
            if (now != last) (last, since) = (now, time.GetTimestamp());
            else if (time.GetElapsedTime(since) > settings.Stall) stalled.Cancel();
        }, null, settings.Stall / 4, settings.Stall / 4);
        try
        {
            return await work.RunAsync(batch, segment, settings.Name, count => pictures = count, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stalled.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new SegPipeException(ExitCode.PipelineFailed, $"No picture came for {settings.Stall.TotalSeconds:0} s.", "Look at this machine's load, and at the video around there.");
        }
    }
}
