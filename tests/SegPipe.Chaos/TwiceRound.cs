using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SegPipe.Host.Cluster;
using SegPipe.Testing;

namespace SegPipe.Chaos;

/// <summary>Segments that two workers have at a time: the one that has it is stopped until a second one has a copy of its message, then both finish.</summary>
internal sealed class TwiceRound(Arena arena) : IRound
{
    private const int Times = 8;

    /// <inheritdoc/>
    public string Name => "segment made twice";

    /// <inheritdoc/>
    public async Task RunAsync()
    {
        var settings = new WorkerSettings();
        await using var link = new BrokerLink(BrokerAddress.Parse(arena.Farm.Environment["SEGPIPE_BROKER"], null), "chaos", settings.Heartbeat, TimeProvider.System, NullLogger.Instance);
        await using var publisher = new Publisher(link, new("cpu"), TimeProvider.System, NullLogger.Instance);
        await arena.BeginAsync();
        for (var made = 0; made < Times && await arena.BusyAsync() is var (first, inWork);)
        {
            ClusterFarm.Freeze(first);
            try
            {
                var segment = inWork[0];
                // It may be over already, or not quite begun.
                if (arena.Farm.IsCommitted(segment) || Copy(segment, settings) is not { } copy) continue;
                await publisher.SendAsync(copy, CancellationToken.None);
                var others = arena.Farm.Workers.Where(w => w != first).ToList();
                await arena.UntilAsync(() => others.Any(w => arena.Farm.ClaimedBy(w).Contains(segment)) || arena.Farm.IsCommitted(segment));
                var since = TimeProvider.System.GetTimestamp();
                ClusterFarm.Thaw(first);
                made++;
                arena.Note(Name, since, await arena.UntilAsync(() => arena.Farm.IsCommitted(segment)));
            }
            finally
            {
                ClusterFarm.Thaw(first);
            }
        }
        await arena.EndAsync();
        var (same, differing) = (Lines("finished by another worker first"), Lines("came out otherwise"));
        Arena.Say($"{Name}: {same} times in vain with the same bytes, {differing} times with others");
        if (differing > 0) arena.Fault("a segment came out in two ways");
    }

    private int Lines(string part) => arena.Farm.Said().Split('\n').Count(line => line.Contains(part, StringComparison.Ordinal));

    /// <summary>The message of a segment, by the name of its folder; null where it has none yet.</summary>
    private SegmentMessage? Copy(string segment, WorkerSettings settings)
    {
        var job = Path.GetDirectoryName(Path.GetDirectoryName(segment)!)!;
        if (!Directory.Exists(segment) || Directory.GetDirectories(segment) is not [var folder, ..]) return null;
        return new()
        {
            JobId = Path.GetFileName(job),
            Seg = int.Parse(Path.GetFileName(segment), CultureInfo.InvariantCulture),
            BatchUri = new Uri(arena.Farm.Out).AbsoluteUri,
            PlanSha256 = new('0', 64),
            ConfigHash = Path.GetFileName(folder).Split('.')[0],
            Class = settings.Class,
            High = true,
            DeadlineS = (int)settings.Deadline.TotalSeconds,
        };
    }
}
