using SegPipe.Testing;

namespace SegPipe.Chaos;

/// <summary>A batch in a folder whose disk is filled up by others, again and again.</summary>
internal sealed class FullDiskRound(Arena arena) : IRound
{
    private const int Times = 3;

    private static readonly TimeSpan Full = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public string Name => "disk full";

    /// <inheritdoc/>
    public string? WhyNot => SmallDisk.WhyMissing;

    /// <inheritdoc/>
    public async Task RunAsync()
    {
        var usual = arena.Farm.OutName;
        using var disk = new SmallDisk(arena.Farm["small"]);
        arena.Farm.OutName = "small/out";
        await arena.BeginAsync();
        for (var i = 0; i < Times; i++)
        {
            var (committed, more) = (arena.Farm.Committed(), arena.Random.Next(1, Arena.Segments / Times));
            if (!await arena.UntilAsync(() => arena.Farm.Committed() > committed + more || arena.Farm.Ended() > 0)) break;
            disk.Fill();
            await Task.Delay(Full);
            disk.Free();
            var since = TimeProvider.System.GetTimestamp();
            arena.Note(Name, since, await arena.NextAsync());
        }
        await arena.EndAsync();
        arena.Farm.Clear();
        arena.Farm.OutName = usual;
    }
}
