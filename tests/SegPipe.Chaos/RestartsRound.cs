using SegPipe.Testing;

namespace SegPipe.Chaos;

/// <summary>Six times in a row all workers are replaced, one after the other; every second time without leave to finish what is in work.</summary>
internal sealed class RestartsRound(Arena arena) : IRound
{
    private const int Times = 6;

    /// <inheritdoc/>
    public string Name => "workers restarted";

    /// <inheritdoc/>
    public async Task RunAsync()
    {
        await arena.BeginAsync();
        for (var i = 0; i < Times; i++)
        {
            if (await arena.BusyAsync() is null)
            {
                await arena.EndAsync();
                await arena.BeginAsync();
                await arena.BusyAsync();
            }
            foreach (var worker in arena.Farm.Workers.ToList())
            {
                if (i % 2 == 0) arena.Farm.AddWorker("--shutdown-timeout", "0");
                else arena.Farm.AddWorker();
                await arena.Farm.EndAsync(worker);
            }
            var since = TimeProvider.System.GetTimestamp();
            arena.Note(Name, since, await arena.NextAsync());
        }
        await arena.EndAsync();
    }
}
