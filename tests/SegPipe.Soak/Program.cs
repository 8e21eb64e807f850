using System.Globalization;
using SegPipe.Testing;

namespace SegPipe.Soak;

/// <summary>
/// <c>SegPipe.Soak [minutes [seed]]</c>: runs the program on four cameras that get into trouble at random, and says whether memory grew,
/// whether a process, thread or file handle was left, and whether the ledger balances. Ends with 0, 1 or 64.
/// </summary>
internal static class Program
{
    private const double Least = 2, Usual = 10;

    private static async Task<int> Main(string[] arguments)
    {
        var (minutes, seed) = (Usual, Environment.TickCount & 0xffff);
        if (arguments.Length > 2
            || (arguments.Length > 0 && !double.TryParse(arguments[0], CultureInfo.InvariantCulture, out minutes))
            || (arguments.Length > 1 && !int.TryParse(arguments[1], CultureInfo.InvariantCulture, out seed))
            || !(minutes >= Least))
        {
            Console.Error.WriteLine($"usage: ./build.sh soak [minutes, from {Least}; {Usual} by default [seed]]");
            return 64;
        }
        if (RtspServer.WhyMissing is { } missing)
        {
            Console.Error.WriteLine($"soak: {missing}");
            return 69;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"soak: {minutes:0.#} min, {SoakRun.Cameras} cameras, seed {seed}"));
        var verdict = await new SoakRun(TimeSpan.FromMinutes(minutes), seed).RunAsync();
        foreach (var line in verdict.Lines) Console.WriteLine(line);
        Console.WriteLine($"soak: {(verdict.Holds ? "PASSED" : "FAILED")} (seed {seed})");
        return verdict.Holds ? 0 : 1;
    }
}
