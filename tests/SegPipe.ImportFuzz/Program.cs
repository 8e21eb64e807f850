using System.Diagnostics;
using System.Globalization;
using SegPipe.Stages.Inference;

namespace SegPipe.ImportFuzz;

/// <summary>
/// <c>SegPipe.ImportFuzz [--count N] [--first N] [--seed N] [--whole] MODEL…</c>: imports damaged copies of models and says what must not
/// happen. Children do the work, so that one that dies is a finding, too; <c>--whole</c> goes on into ONNX Runtime.
/// </summary>
internal static class Program
{
    private const int Share = 5000, MostFindings = 20;

    private static int Main(string[] arguments)
    {
        var models = arguments.Where((a, i) => !a.StartsWith("--", StringComparison.Ordinal) && (i == 0 || arguments[i - 1] is not ("--count" or "--seed" or "--first" or "--child"))).ToList();
        var (count, first, seed) = (Number(arguments, "--count", 1000), Number(arguments, "--first", 0), Number(arguments, "--seed", 1));
        var whole = arguments.Contains("--whole");
        if (models.Count == 0)
        {
            Console.Error.WriteLine("usage: SegPipe.ImportFuzz [--count N] [--first N] [--seed N] [--whole] MODEL...");
            return 64;
        }

        if (arguments.Contains("--child")) return Work(models[0], seed, first, count, whole);
        var faults = 0;
        foreach (var model in models) faults += Supervise(model, seed, first, count, whole);
        return faults == 0 ? 0 : 1;
    }

    private static int Work(string model, int seed, int first, int count, bool whole)
    {
        var folder = Directory.CreateTempSubdirectory("segpipe-fuzz-");
        try
        {
            var fuzzer = new Fuzzer(FuzzSource.Read(model), seed, folder.FullName, whole ? new NetworkCheck() : null) { JudgesTime = true };
            if (first == 0 && fuzzer.Run(-1) is { } sound) Console.WriteLine($"sound {(sound.Refused ? "refused" : "taken")} {sound.Elapsed.TotalMilliseconds:0} {sound.Allocated} {sound.Fault}");
            for (var number = first; number < first + count; number++)
            {
                Console.WriteLine($"at {number}");
                var found = fuzzer.Run(number);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(found.Refused ? "refused" : "taken")} {found.Elapsed.TotalMilliseconds:0} {found.Allocated}"));
                if (found.Fault is not null) Console.WriteLine($"fault {number} {found.Fault.ReplaceLineEndings(" ")}");
            }

            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Supervise(string model, int seed, int first, int count, bool whole)
    {
        var tally = new Tally();
        for (var next = first; next < first + count;)
        {
            var share = Math.Min(Share, first + count - next);
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in (string[])["--child", "1", "--seed", $"{seed}", "--first", $"{next}", "--count", $"{share}", .. whole ? (string[])["--whole"] : [], model]) start.ArgumentList.Add(argument);
            using var child = Process.Start(start)!;
            child.ErrorDataReceived += (_, _) => { };
            child.BeginErrorReadLine();
            while (child.StandardOutput.ReadLine() is { } line) tally.Take(line);
            child.WaitForExit();
            next = child.ExitCode == 0 ? next + share : tally.Died(child.ExitCode) + 1;
            Console.Error.WriteLine($"{Path.GetFileName(model)}: {next - first:N0} of {count:N0}");
        }

        foreach (var fault in tally.Faults.Take(MostFindings)) Console.WriteLine($"  {fault}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(model))}: {tally.Cases} damaged, {tally.Refused} refused, {tally.Cases - tally.Refused} taken, slowest {tally.Slowest} ms, most allocated {tally.MostAllocated >> 20} MiB, faults {tally.Faults.Count}{tally.Sound}"));
        return tally.Faults.Count;
    }

    private static int Number(string[] arguments, string name, int otherwise)
    {
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length && int.TryParse(arguments[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
    }
}
