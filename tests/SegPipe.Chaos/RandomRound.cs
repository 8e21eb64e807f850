using SegPipe.Testing;

namespace SegPipe.Chaos;

/// <summary>A batch in random trouble, mostly killed workers; each trouble is got over before the next.</summary>
internal sealed class RandomRound(Arena arena, TimeSpan pause) : IRound
{
    private const string Killed = "worker killed", Stopped = "worker stopped", BrokerKilled = "broker killed", Alarm = "disk alarm";

    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(60), Away = TimeSpan.FromSeconds(5);

    private readonly HashSet<ProgramChild> _asleep = [];
    private Task _thawed = Task.CompletedTask;

    /// <inheritdoc/>
    public string Name => "random trouble";

    /// <inheritdoc/>
    public async Task RunAsync()
    {
        await arena.BeginAsync();
        while (true)
        {
            await Task.Delay(2 * pause * arena.Random.NextDouble());
            if (await arena.BusyAsync(IsAwake) is not var (victim, inWork)) break;
            await MakeAsync(arena.Random.Next(20) switch { < 17 => Killed, 17 => Stopped, 18 => BrokerKilled, _ => Alarm }, victim, inWork);
        }
        await _thawed;
        await arena.EndAsync();
    }

    private bool IsAwake(ProgramChild worker)
    {
        lock (_asleep) return !_asleep.Contains(worker);
    }

    /// <summary>Makes one trouble and waits until it is got over.</summary>
    private async Task MakeAsync(string kind, ProgramChild victim, IReadOnlyList<string> inWork)
    {
        var since = TimeProvider.System.GetTimestamp();
        switch (kind)
        {
            case Killed:
                await arena.KillAsync(victim);
                arena.Note(kind, since, await arena.UntilAsync(() => inWork.All(arena.Farm.IsCommitted)));
                break;
            case Stopped:
                ClusterFarm.Freeze(victim);
                _thawed = Task.WhenAll(_thawed, ThawAsync(victim));
                arena.Note(kind, since, await arena.UntilAsync(() => inWork.All(arena.Farm.IsCommitted)));
                break;
            case BrokerKilled:
                // Who does not find the broker at its start ends, as it should.
                foreach (var worker in arena.Farm.Workers.Where(IsAwake).ToList()) await worker.SaysAsync("takes 1 segments");
                arena.Broker.Kill();
                await Task.Delay(Away);
                await arena.Broker.RestartAsync();
                since = TimeProvider.System.GetTimestamp();
                arena.Note(kind, since, await arena.NextAsync());
                break;
            default:
                arena.Broker.SetDiskFreeLimit("1000000GB");
                await Task.Delay(Away);
                arena.Broker.SetDiskFreeLimit("10MB");
                since = TimeProvider.System.GetTimestamp();
                arena.Note(kind, since, await arena.NextAsync());
                break;
        }
    }

    private async Task ThawAsync(ProgramChild victim)
    {
        lock (_asleep) _asleep.Add(victim);
        await Task.Delay(Frozen);
        ClusterFarm.Thaw(victim);
        // Killed before it has found out what it missed, it could not say so.
        await victim.SaysAsync("again");
        lock (_asleep) _asleep.Remove(victim);
    }
}
