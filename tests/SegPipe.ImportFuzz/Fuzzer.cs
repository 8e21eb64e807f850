using System.Diagnostics;
using SegPipe.Models.Import;

namespace SegPipe.ImportFuzz;

/// <summary>What came of a damaged model.</summary>
/// <param name="Number">Number of the case.</param>
/// <param name="Refused">Whether it was refused with a message.</param>
/// <param name="Fault">What must not happen, or null.</param>
/// <param name="Elapsed">Time of the import.</param>
/// <param name="Allocated">Bytes that it allocated.</param>
internal sealed record FuzzCase(int Number, bool Refused, string? Fault, TimeSpan Elapsed, long Allocated);

/// <summary>Imports damaged models: each must be taken or refused with a message, in bounded time and memory. Both kinds of arithmetic take turns.</summary>
/// <param name="source">The model.</param>
/// <param name="seed">Seed of all cases.</param>
/// <param name="folder">A folder of its own.</param>
/// <param name="check">The runtime, for whole imports; null to test the reader alone.</param>
internal sealed class Fuzzer(FuzzSource source, int seed, string folder, INetworkCheck? check)
{
    /// <summary>Whether an import that takes too long is a fault; beside other work it need not be.</summary>
    public bool JudgesTime { get; init; }

    private const long FreeBytes = 64L << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Runs one case; a negative one leaves the model sound.</summary>
    public FuzzCase Run(int number)
    {
        var path = source.Write(folder, seed, number);
        var found = Import(path, number);
        // A machine at work elsewhere lets time pass; only what is slow twice is slow.
        if (JudgesTime && found.Elapsed > Limit) found = Import(path, number);
        if (found.Fault is not null) return found;
        var most = 4 * source.Bytes + FreeBytes;
        if (JudgesTime && found.Elapsed > Limit) return found with { Fault = $"took {found.Elapsed.TotalSeconds:0.0} s" };
        return found.Allocated > most ? found with { Fault = $"allocated {found.Allocated:N0} bytes; {most:N0} are allowed" } : found;
    }

    private FuzzCase Import(string path, int number)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        var (refused, fault) = Outcome(path, number);
        return new(number, refused, fault, Stopwatch.GetElapsedTime(started), GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    private (bool Refused, string? Fault) Outcome(string path, int number)
    {
        var options = new ImportOptions { Name = "fuzz", Precision = number % 2 == 0 ? ImportPrecision.Float : ImportPrecision.Int8 };
        try
        {
            if (check is not null) new ModelImport(check).Run(path, Path.Combine(folder, "fuzz.out.onnx"), options);
            else Importers.For(new(path)).Import(new(path), options, new());
            return (false, null);
        }
        catch (SegPipeException e)
        {
            return (true, e.Message.Contains('\n') ? "the message has several lines: " + e.Message : null);
        }
        catch (Exception e)
        {
            // Whatever else is thrown is the defect that is looked for.
            return (false, $"{e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("SegPipe", StringComparison.Ordinal))?.Trim()}");
        }
    }
}
