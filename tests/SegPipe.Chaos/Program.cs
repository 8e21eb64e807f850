using System.Globalization;
using SegPipe.Testing;

namespace SegPipe.Chaos;

/// <summary>
/// <c>SegPipe.Chaos [minutes [seed]]</c>: workers at a batch, in random trouble again and again; compares every output with an undisturbed
/// run and prints how long each kind of trouble takes to be got over. The minutes begin behind four undisturbed runs. Ends with 0, 1, 64 or 69.
/// </summary>
internal static class Program
{
    private const double Least = 1, Usual = 10;

    private static async Task<int> Main(string[] arguments)
    {
        var (minutes, seed) = (Usual, Environment.TickCount & 0xffff);
        if (arguments.Length > 2
            || (arguments.Length > 0 && !double.TryParse(arguments[0], CultureInfo.InvariantCulture, out minutes))
            || (arguments.Length > 1 && !int.TryParse(arguments[1], CultureInfo.InvariantCulture, out seed))
            || !(minutes >= Least))
        {
            Console.Error.WriteLine($"usage: ./build.sh chaos [minutes, from {Least}; {Usual} by default [seed]]");
            return 64;
        }
        if (RabbitMqBroker.WhyMissing is { } missing)
        {
            Console.Error.WriteLine($"chaos: {missing}");
            return 69;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"chaos: {minutes:0.#} min, seed {seed}"));
        await using var broker = await RabbitMqBroker.StartAsync();
        var holds = await new ChaosRun(broker, TimeSpan.FromMinutes(minutes), seed).RunAsync();
        Console.WriteLine($"chaos: {(holds ? "PASSED" : "FAILED")} (seed {seed})");
        return holds ? 0 : 1;
    }
}
