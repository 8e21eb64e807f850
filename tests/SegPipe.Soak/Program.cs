using System.Globalization;
using SegPipe.Testing;

namespace SegPipe.Soak;

/// <summary>
/// <c>SegPipe.Soak [minutes [seed]]</c>: runs the program on four cameras that get into trouble at random, and says whether memory grew,
/// whether a process, thread or file handle was left, and whether the ledger balances. Ends with 0, 1, 64 or 69.
/// </summary>
internal static class Program
{
    private const double Least = 2;

    private static async Task<int> Main(string[] arguments)
    {
        var (read, code) = LongRun.Read("soak", Least, arguments, RtspServer.WhyMissing);
        if (read is not { } run) return code;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"soak: {run.Minutes:0.#} min, {SoakRun.Cameras} cameras, seed {run.Seed}"));
        var verdict = await new SoakRun(run.Length, run.Seed).RunAsync();
        foreach (var line in verdict.Lines) Console.WriteLine(line);
        Console.WriteLine($"soak: {(verdict.Holds ? "PASSED" : "FAILED")} (seed {run.Seed})");
        return verdict.Holds ? 0 : 1;
    }
}
