using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SegPipe.Host.Watching;

namespace SegPipe.Host.Http.Jobs;

/// <summary>The page of jobs and workers: <c>/</c>, the files that it is made of, and what it asks: <c>/api/jobs</c> and <c>/api/workers</c>.</summary>
/// <param name="self">This process.</param>
/// <param name="feed">What was heard of others.</param>
/// <param name="json">Writes answers.</param>
/// <param name="time">The clock.</param>
internal sealed class JobsPages(WatchSelf self, WatchFeed feed, HttpJson json, TimeProvider time) : IHttpPages
{
    private const int FewJobs = 20, MostJobs = 2000;

    private readonly BatchSpeeds _speeds = new(time);

    /// <summary>Looks at storage; null where this process sees none.</summary>
    public BatchLook? Look { get; init; }

    /// <summary>Whether the broker is there; null where this process has none.</summary>
    public Func<bool>? Broker { get; init; }

    /// <summary>Messages that nobody could do.</summary>
    public Func<int?> DeadLetters { get; init; } = () => null;

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        PageFile.Map(routes, PageFile.In("jobs"));
        PageFile.Map(routes, PageFile.In("dashboard").Where(f => f.IsShared));
        routes.MapGet("/api/jobs", JobsAsync);
        routes.MapGet("/api/workers", context => json.WriteAsync(context, Workers()));
    }

    private async Task JobsAsync(HttpContext context)
    {
        var limit = int.TryParse(context.Request.Query["limit"], out var wanted) ? Math.Clamp(wanted, 1, MostJobs) : FewJobs;
        feed.Watch();
        var sight = Look is null ? null : await Look.NowAsync(context.RequestAborted).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var work = Heard().Where(w => !WorkerView.Of(w, false, now).Silent).SelectMany(w => w.Alive.Work).ToList();
        await json.WriteAsync(context, JobsView.Of(sight, work, _speeds, limit, now)).ConfigureAwait(false);
    }

    private WorkersView Workers()
    {
        feed.Watch();
        var now = time.GetUtcNow();
        return new(VersionText.Version, now, Broker?.Invoke(), DeadLetters(), [.. Heard().Select(w => WorkerView.Of(w, w.Alive.Worker == self.Name, now))], [.. feed.Events().Select(EventView.Of)]);
    }

    private IEnumerable<HeardWorker> Heard() => feed.Workers().Where(w => w.Alive.Worker != self.Name).Prepend(new(self.Alive(), time.GetUtcNow()));
}
