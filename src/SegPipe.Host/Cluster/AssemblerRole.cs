using Microsoft.Extensions.Logging;

namespace SegPipe.Host.Cluster;

/// <summary>Joins jobs; a lock on each keeps two workers out of one.</summary>
internal sealed class AssemblerRole(IBatchWork work, AllowedRoots roots, Publisher publisher, WorkerSettings settings, ILogger log) : IRole
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Queues { get; } = [Topology.JoinsQueue];

    /// <inheritdoc/>
    public async Task HandleAsync(ClusterMessage message, CancellationToken cancel)
    {
        var join = (AssembleMessage)message;
        var batch = roots.Resolve(join.BatchUri);
        if (await work.LookAsync(batch, join.JobId, cancel).ConfigureAwait(false) is not { } view || view.IsDone) return;
        using var claim = work.Claim(batch, join.JobId, -1, settings.Name);
        var missing = await work.AssembleAsync(batch, join.JobId, cancel).ConfigureAwait(false);
        if (missing.Count == 0)
        {
            log.LogInformation("{Job} is done", join.JobId);
            return;
        }
        log.LogWarning("{Job} lacks {Missing} segments, which are sent out again", join.JobId, missing.Count);
        var job = new JobMessage { JobId = join.JobId, BatchUri = join.BatchUri, Class = join.Class, High = join.High, Traceparent = join.Traceparent };
        await PlannerRole.SendAsync(publisher, job, view with { Missing = missing }, settings, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task BuryAsync(ClusterMessage message, SegPipeException failure, CancellationToken cancel)
    {
        if (message is AssembleMessage { BatchUri: var uri } && roots.AllowsAddress(uri))
            await work.GiveUpAsync(roots.Resolve(uri), message.JobId, failure, null, cancel).ConfigureAwait(false);
    }
}
