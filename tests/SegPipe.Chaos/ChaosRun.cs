using System.Globalization;
using SegPipe.Testing;

namespace SegPipe.Chaos;

/// <summary>Batches: first in peace, to see what many machines cost, then in each kind of trouble that needs a batch of its own, then in random trouble.</summary>
internal sealed class ChaosRun(RabbitMqBroker broker, TimeSpan length, int seed, TimeSpan pause)
{
    private const int PicturesASecond = 25;

    /// <summary>Runs it, prints what it found, and gives whether all held.</summary>
    public async Task<bool> RunAsync()
    {
        using var farm = new ClusterFarm(broker);
        for (var i = 0; i < Arena.Videos; i++) farm.AddVideo($"drive{i}", Arena.Pictures);
        var (arena, failed) = (new Arena(farm, broker, seed), false);
        try
        {
            await PeaceAsync(arena);
            var start = TimeProvider.System.GetTimestamp();
            using var poison = new PoisonRound(arena);
            var poisoned = poison.RunAsync();
            foreach (var round in (IRound[])[new RestartsRound(arena), new TwiceRound(arena), new FullDiskRound(arena), new SlowRound(arena)]) await RunAsync(round);
            var random = new RandomRound(arena, pause);
            do await random.RunAsync();
            while (TimeProvider.System.GetElapsedTime(start) < length);
            foreach (var worker in farm.Workers.ToList()) await farm.EndAsync(worker);
            await poisoned;
        }
        catch (Exception failure) when (failure is TimeoutException or InvalidOperationException or IOException)
        {
            Console.WriteLine($"FAULT: {failure.Message}");
            failed = true;
        }
        Arena.Say($"{arena.Rounds} batches, {arena.Recoveries.Count} troubles, {arena.Kills} workers killed, {arena.Faults + (failed ? 1 : 0)} faults");
        foreach (var line in arena.Recoveries.Lines()) Console.WriteLine(line);
        return !failed && arena.Faults == 0 && arena.Recoveries.Count > 0;
    }

    private static async Task RunAsync(IRound round)
    {
        if (round.WhyNot is { } reason)
        {
            Arena.Say($"{round.Name}: left out: {reason}");
            return;
        }
        var since = TimeProvider.System.GetTimestamp();
        await round.RunAsync();
        Arena.Say($"{round.Name}: {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0} s");
    }

    /// <summary>One process alone, then 1, 2 and 4 workers.</summary>
    private static async Task PeaceAsync(Arena arena)
    {
        var farm = arena.Farm;
        var since = TimeProvider.System.GetTimestamp();
        await farm.RunAloneAsync("--jobs", "1");
        var alone = TimeProvider.System.GetElapsedTime(since).TotalSeconds;
        Arena.Say($"in peace: one process alone, one segment at a time: {alone:0.0} s, {alone / Arena.Segments:0.00} s a segment");
        foreach (var count in (int[])[1, 2, 4])
        {
            farm.Clear();
            var workers = Enumerable.Range(0, count).Select(_ => farm.AddWorker()).ToList();
            foreach (var worker in workers) await worker.SaysAsync("takes 1 segments");
            since = TimeProvider.System.GetTimestamp();
            await farm.SubmitAsync();
            await farm.DoneAsync();
            var took = TimeProvider.System.GetElapsedTime(since).TotalSeconds;
            arena.Check();
            var published = 0;
            foreach (var worker in workers) published += Published((await farm.EndAsync(worker)).Error);
            var hours = Arena.Videos * Arena.Pictures / (double)PicturesASecond / 3600;
            Arena.Say($"in peace: {count} workers: {took:0.0} s, {(took - alone) / Arena.Segments:+0.000;-0.000} s a segment against one process; {(published + Arena.Videos) / hours:0} messages a video hour at {Arena.PicturesOfSegment} pictures a segment ({(published + Arena.Videos) / (double)Arena.Segments:0.00} a segment)");
        }
    }

    private static int Published(string said) =>
        int.Parse(said.Split('\n').Last(line => line.Contains("messages published", StringComparison.Ordinal)).Split("messages published: ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
}
