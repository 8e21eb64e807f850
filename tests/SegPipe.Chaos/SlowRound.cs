using SegPipe.Testing;

namespace SegPipe.Chaos;

/// <summary>A segment that takes longer than the broker's acknowledgement timeout of 60 s: its children are stopped, its worker lives.</summary>
internal sealed class SlowRound(Arena arena) : IRound
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60), Usual = TimeSpan.FromMinutes(30), Look = TimeSpan.FromSeconds(1), Sure = TimeSpan.FromSeconds(2), Grace = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public string Name => "slow segment taken away";

    /// <inheritdoc/>
    public async Task RunAsync()
    {
        arena.Broker.SetConsumerTimeout(Timeout, Look);
        try
        {
            // Workers take the timeout for 30 minutes and hold a segment for ten; channels of before have the old one.
            foreach (var worker in arena.Farm.Workers.ToList()) await arena.Farm.EndAsync(worker);
            await arena.BeginAsync();
            var seen = false;
            while (await arena.BusyAsync() is var (victim, inWork))
            {
                // What only looks at a video is given up on after 30 s, whatever the pipeline says.
                var (children, since) = (RunningProcesses.Below(victim.Id).Where(id => !RunningProcesses.CommandLine(id).Contains("ffprobe", StringComparison.Ordinal)).ToList(), TimeProvider.System.GetTimestamp());
                ClusterFarm.Freeze(children);
                await Task.Delay(Sure);
                if (inWork.Any(arena.Farm.IsCommitted) || children.Count == 0 || !arena.Farm.ClaimedBy(victim).SequenceEqual(inWork))
                {
                    ClusterFarm.Thaw(children);
                    continue;
                }
                var watched = await arena.UntilAsync(() => inWork.All(arena.Farm.IsCommitted));
                // A worker ends its children before it says so; the next one may have committed by then.
                for (var waited = TimeSpan.Zero; !(seen = IsTakenFrom(victim)) && TimeProvider.System.GetElapsedTime(since) > Timeout && waited < Grace; waited += Look) await Task.Delay(Look);
                if (seen)
                {
                    arena.Note(Name, since, watched);
                    break;
                }
                // On a loaded machine those that were stopped may have been a join's.
                ClusterFarm.Thaw(children);
            }
            if (!seen) arena.Fault("the broker took no slow segment away");
            await arena.EndAsync();
        }
        finally
        {
            arena.Broker.SetConsumerTimeout(Usual, TimeSpan.FromMinutes(1));
        }
    }

    private static bool IsTakenFrom(ProgramChild worker) => worker.Said.Contains("was taken away", StringComparison.Ordinal);
}
