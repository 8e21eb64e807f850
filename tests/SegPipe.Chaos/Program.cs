using System.Globalization;
using SegPipe.Testing;

namespace SegPipe.Chaos;

/// <summary>
/// <c>SegPipe.Chaos [minutes [seed [pause]]]</c>: workers at a batch, in one kind of trouble after the other and then in random trouble; compares
/// every output with an undisturbed run and prints how long each kind of trouble takes to be got over. The pause is that between two random
/// troubles, in seconds on average: the shorter, the more workers are killed. The minutes begin behind four undisturbed runs. Ends with 0, 1, 64 or 69.
/// </summary>
internal static class Program
{
    private const double Least = 1, UsualPause = 1;

    private static async Task<int> Main(string[] arguments)
    {
        var pause = UsualPause;
        if (arguments is [.. var first, var last] && arguments.Length == 3)
        {
            if (!double.TryParse(last, CultureInfo.InvariantCulture, out pause) || pause is not (>= 0 and <= 60))
            {
                Console.Error.WriteLine($"usage: ./build.sh chaos [minutes [seed [seconds between troubles, 0 to 60; {UsualPause} by default]]]");
                return 64;
            }
            arguments = first;
        }
        var (read, code) = LongRun.Read("chaos", Least, arguments, RabbitMqBroker.WhyMissing);
        if (read is not { } run) return code;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"chaos: {run.Minutes:0.#} min, seed {run.Seed}, a trouble {pause:0.#} s after another"));
        await using var broker = await RabbitMqBroker.StartAsync();
        var holds = await new ChaosRun(broker, run.Length, run.Seed, TimeSpan.FromSeconds(pause)).RunAsync();
        Console.WriteLine($"chaos: {(holds ? "PASSED" : "FAILED")} (seed {run.Seed})");
        return holds ? 0 : 1;
    }
}
