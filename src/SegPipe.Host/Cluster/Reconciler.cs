using Microsoft.Extensions.Logging;

namespace SegPipe.Host.Cluster;

/// <summary>
/// Compares the truth in storage with the queues, and sends what is missing and on no way: after the loss of the whole broker, everything.
/// What it sends twice is done once, so it may be wrong as long as that is seldom.
/// </summary>
internal sealed class Reconciler(IBatchFinder finder, IBatchWork work, BrokerLink link, Publisher publisher, Topology topology, WorkerSettings settings, ILogger log)
{
    private const int MostLosses = 3;

    private Dictionary<(string Batch, string Job), int[]> _missed = [];

    /// <summary>Looks once, and gives how many jobs are in which state.</summary>
    public async Task<IReadOnlyDictionary<string, int>> LookAsync(CancellationToken cancel)
    {
        var states = new Dictionary<string, int> { ["waiting"] = 0, ["segments"] = 0, ["joining"] = 0, ["done"] = 0, ["partial"] = 0, ["failed"] = 0 };
        var missed = new Dictionary<(string, string), int[]>();
        await foreach (var job in finder.JobsAsync(cancel).ConfigureAwait(false))
        {
            cancel.ThrowIfCancellationRequested();
            var view = job.Failed ? null : await work.LookAsync(job.Batch, job.Job, cancel).ConfigureAwait(false);
            var state = (job.Failed, view) switch { (true, _) => "failed", (_, null) => "waiting", (_, { IsPartial: true }) => "partial", (_, { IsDone: true }) => "done", (_, { Missing.Count: 0 }) => "joining", _ => "segments" };
            states[state]++;
            if (state is "failed" or "done" or "partial") continue;
            var claimed = await finder.ClaimedAsync(job.Batch, job.Job, cancel).ConfigureAwait(false);
            int[] lost = [.. (view is { Missing.Count: > 0 } ? view.Missing : [-1]).Where(i => !claimed.Contains(i))];
            // Between two messages of one job there are moments without any; what was missing at the last look, too, is lost.
            missed[(job.Batch, job.Job)] = lost;
            int[] twice = [.. lost.Intersect(_missed.GetValueOrDefault((job.Batch, job.Job), []))];
            if (twice.Length > 0 && await IsOnNoWayAsync(job.Class, view, cancel).ConfigureAwait(false)) await SendAsync(job, view, twice, cancel).ConfigureAwait(false);
        }
        _missed = missed;
        return states;
    }

    private async Task SendAsync(FoundJob job, JobView? view, int[] lost, CancellationToken cancel)
    {
        var message = new JobMessage { JobId = job.Job, BatchUri = job.Address, Class = job.Class, High = job.High, NotBefore = job.NotBefore, Traceparent = job.Traceparent };
        if (view is null)
        {
            log.LogWarning("{Job} was lost on its way to be planned and is sent again", job.Job);
            await publisher.SendAsync(message, cancel).ConfigureAwait(false);
            return;
        }
        var losses = await finder.LoseAsync(job.Batch, job.Job, lost, cancel).ConfigureAwait(false);
        if (losses > MostLosses)
        {
            var failure = new SegPipeException(ExitCode.PipelineFailed, $"Segment {lost[0]} was lost {losses} times: whoever works on it ends.", "Look into the dead letters and the workers' logs: segpipe dead list");
            log.LogError("{Job} is given up: {Failure}", job.Job, failure.Message);
            await work.GiveUpAsync(job.Batch, job.Job, failure, lost[0] < 0 ? null : lost[0], cancel).ConfigureAwait(false);
            return;
        }
        log.LogWarning("{Job}: {Lost} messages were lost and are sent again", job.Job, lost.Length);
        await PlannerRole.SendAsync(publisher, message, lost is [-1] ? view with { Missing = [] } : view with { Missing = lost }, settings, cancel).ConfigureAwait(false);
    }

    /// <summary>Whether no message waits anywhere that could be the one that is missing.</summary>
    private async Task<bool> IsOnNoWayAsync(string jobClass, JobView? view, CancellationToken cancel)
    {
        var segments = topology with { Class = jobClass };
        string[] queues = view switch { null => [Topology.JobsQueue], { Missing.Count: 0 } => [Topology.JoinsQueue], _ => [segments.HighQueue, segments.SegmentsQueue] };
        var connection = await link.ConnectedAsync(cancel).ConfigureAwait(false);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false);
        foreach (var queue in queues.Concat(topology.RetryQueues))
            if (await channel.MessageCountAsync(queue, cancel).ConfigureAwait(false) > 0) return false;
        return true;
    }
}
