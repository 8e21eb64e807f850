using SegPipe.Testing;

namespace SegPipe.Chaos;

/// <summary>
/// A video with a segment that cannot be made, beside a sound one, with a worker and queues of their own: it takes the waits of all tries, while
/// the broker goes through what the other rounds bring. Its segment becomes a dead letter; one batch gives the video up, another leaves the segment out.
/// </summary>
internal sealed class PoisonRound(Arena arena) : IDisposable
{
    private const string Poison = "poison", Sound = "sound";
    private const int First = 100, Behind = 125;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly ClusterFarm _farm = new(arena.Broker) { Patience = Patience };

    /// <summary>Runs both batches.</summary>
    public async Task RunAsync()
    {
        _farm.AddVideo(Sound, First);
        await _farm.RunAloneAsync();
        _farm.AddPoison(Poison);
        _farm.AddWorker();
        foreach (var policy in (string[])["fail", "gap"])
        {
            _farm.OutName = policy;
            await _farm.SubmitAsync("--on-poison", policy);
        }
        foreach (var policy in (string[])["fail", "gap"])
        {
            _farm.OutName = policy;
            await _farm.DoneAsync();
            foreach (var fault in _farm.Faults()) Fault(fault);
        }
        int[] expected = [.. NumberedVideo.Read(_farm[$"in/{Poison}.ts"]).Where((_, i) => i is < First or >= Behind)];
        if (!NumberedVideo.Read(_farm[$"gap/{Poison}.mp4"]).SequenceEqual(expected)) Fault("the video with a gap has other pictures than those that could be made");
        if (File.Exists(_farm[$"fail/{Poison}.mp4"])) Fault("a video that was given up has an output");
        var letters = (await _farm.CliAsync("dead", "list")).Expect(ExitCode.Done).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (letters.Length != 2 || !letters.All(l => l.StartsWith(Poison, StringComparison.Ordinal) && l.Contains("/00004/4", StringComparison.Ordinal))) Fault($"the dead letters are others: {string.Join(", ", letters)}");
        (await _farm.CliAsync("dead", "drop", "--all")).Expect(ExitCode.Done);
        await Patiently.UntilAsync(_farm.IsEmpty, "no queue holds anything behind the poison");
        foreach (var worker in _farm.Workers.ToList()) (await _farm.EndAsync(worker)).Expect(ExitCode.Done);
        Arena.Say($"poison segment: {letters.Length} dead letters, the sound video twice, one video with a gap of 25 pictures");
    }

    /// <inheritdoc/>
    public void Dispose() => _farm.Dispose();

    private void Fault(string what)
    {
        arena.Fault($"poison: {what}");
        Console.WriteLine(_farm.Said());
    }
}
