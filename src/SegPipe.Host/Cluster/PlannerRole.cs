using Microsoft.Extensions.Logging;

namespace SegPipe.Host.Cluster;

/// <summary>Plans jobs and sends their segments out.</summary>
internal sealed class PlannerRole(IBatchWork work, AllowedRoots roots, Publisher publisher, WorkerSettings settings, ILogger log) : IRole
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Queues { get; } = [Topology.JobsQueue];

    /// <inheritdoc/>
    public async Task HandleAsync(ClusterMessage message, CancellationToken cancel)
    {
        var job = (JobMessage)message;
        var batch = roots.Resolve(job.BatchUri);
        using var claim = work.Claim(batch, job.JobId, -1, settings.Name);
        JobView view;
        try
        {
            view = await work.PlanAsync(batch, job.JobId, cancel).ConfigureAwait(false);
        }
        catch (SegPipeException failure) when (failure.Code is ExitCode.InputUnusable or ExitCode.InputMissing or ExitCode.Configuration)
        {
            // A video that is broken is a line in the batch's report, not a dead letter.
            log.LogError("{Job} is given up: {Failure}", job.JobId, failure.Message);
            await work.GiveUpAsync(batch, job.JobId, failure, null, cancel).ConfigureAwait(false);
            return;
        }
        if (view.IsDone) return;
        log.LogInformation("{Job} is planned: {Missing} of {Segments} segments are to be made", job.JobId, view.Missing.Count, view.Segments);
        await SendAsync(publisher, job, view, settings, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task BuryAsync(ClusterMessage message, SegPipeException failure, CancellationToken cancel)
    {
        if (message is JobMessage { BatchUri: var uri } && roots.AllowsAddress(uri))
            await work.GiveUpAsync(roots.Resolve(uri), message.JobId, failure, null, cancel).ConfigureAwait(false);
    }

    /// <summary>Sends what a job lacks: its segments, or the join.</summary>
    public static async Task SendAsync(Publisher publisher, JobMessage job, JobView view, WorkerSettings settings, CancellationToken cancel)
    {
        if (view.Missing.Count == 0) await publisher.SendAsync(new AssembleMessage { JobId = job.JobId, BatchUri = job.BatchUri, Class = job.Class, High = job.High, Traceparent = job.Traceparent }, cancel).ConfigureAwait(false);
        foreach (var index in view.Missing)
        {
            await publisher.SendAsync(new SegmentMessage
            {
                JobId = job.JobId,
                Seg = index,
                BatchUri = job.BatchUri,
                PlanSha256 = view.PlanSha256,
                ConfigHash = view.ConfigHash,
                Class = job.Class,
                High = job.High,
                Traceparent = job.Traceparent,
                DeadlineS = (int)settings.Deadline.TotalSeconds,
            }, cancel).ConfigureAwait(false);
        }
    }
}
