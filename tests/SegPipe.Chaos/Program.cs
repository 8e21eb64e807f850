using System.Globalization;
using SegPipe.Testing;

namespace SegPipe.Chaos;

/// <summary>
/// <c>SegPipe.Chaos [minutes [seed]]</c>: workers at a batch, in random trouble again and again; compares every output with an undisturbed
/// run and prints how long each kind of trouble takes to be got over. The minutes begin behind four undisturbed runs. Ends with 0, 1, 64 or 69.
/// </summary>
internal static class Program
{
    private const double Least = 1;

    private static async Task<int> Main(string[] arguments)
    {
        var (read, code) = LongRun.Read("chaos", Least, arguments, RabbitMqBroker.WhyMissing);
        if (read is not { } run) return code;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"chaos: {run.Minutes:0.#} min, seed {run.Seed}"));
        await using var broker = await RabbitMqBroker.StartAsync();
        var holds = await new ChaosRun(broker, run.Length, run.Seed).RunAsync();
        Console.WriteLine($"chaos: {(holds ? "PASSED" : "FAILED")} (seed {run.Seed})");
        return holds ? 0 : 1;
    }
}
