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
                if (inWork.Any(arena.Farm.IsCommitted))
                {
                    await Task.Delay(Look);
                    continue;
                }
                var (children, since) = (RunningProcesses.Below(victim.Id).Where(IsCoder).ToList(), TimeProvider.System.GetTimestamp());
                ClusterFarm.Freeze(children);
                await Task.Delay(Sure);
                if (inWork.Any(arena.Farm.IsCommitted) || children.Count == 0 || !arena.Farm.ClaimedBy(victim).SequenceEqual(inWork))
                {
                    ClusterFarm.Thaw(children);
                    continue;
                }
                var watched = await arena.UntilAsync(() => inWork.All(arena.Farm.IsCommitted));
                // A worker ends its children before it says so; the next one may have committed by then.
                for (var waited = TimeSpan.Zero; !(seen = IsTakenFrom(victim)) && TimeProvider.System.GetElapsedTime(since) > Timeout / 2 && waited < Grace; waited += Look) await Task.Delay(Look);
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

    /// <summary>
    /// Whether a child codes: what only looks at a video is given up on after 30 s, whatever the pipeline says, and what was forked but has not
    /// become another program yet is half of its worker, which would stand still with it.
    /// </summary>
    private static bool IsCoder(int child)
    {
        var line = RunningProcesses.CommandLine(child);
        return line.Contains("ffmpeg", StringComparison.Ordinal) && !line.Contains("ffprobe", StringComparison.Ordinal);
    }

    private static bool IsTakenFrom(ProgramChild worker) => worker.Said.Contains("was taken away", StringComparison.Ordinal);
}
