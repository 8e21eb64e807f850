using SegPipe.Testing;

namespace SegPipe.Chaos;

/// <summary>A video that cannot be read in the middle, among others: its segment becomes a dead letter, the others are made.</summary>
internal sealed class PoisonRound(Arena arena) : IRound
{
    private const string Video = "poison";

    /// <inheritdoc/>
    public string Name => "poison segment";

    /// <inheritdoc/>
    public async Task RunAsync()
    {
        arena.Farm.AddPoison(Video);
        var since = TimeProvider.System.GetTimestamp();
        await arena.BeginAsync();
        await arena.Farm.DoneAsync();
        arena.Note(Name, since, true);
        arena.Check();
        if (!arena.Farm.HasFailed(Video)) arena.Fault("the poisoned video is not told");
        await Patiently.UntilAsync(() => arena.Farm.Depth(".dead") == 1, "one dead letter", arena.Farm.Said);
        (await arena.Farm.CliAsync("dead", "drop", "--all")).Expect(ExitCode.Done);
        arena.Farm.RemoveVideo(Video);
        await arena.EmptyAsync();
    }
}
