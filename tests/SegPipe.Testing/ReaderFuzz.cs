using System.Diagnostics;
using System.Globalization;

namespace SegPipe.Testing;

/// <summary>What a run of damaged files gave.</summary>
/// <param name="Cases">Files that were read.</param>
/// <param name="Refused">Those that were refused with a message.</param>
/// <param name="MostBytes">The most memory that one of them took beyond four times its size.</param>
/// <param name="Slowest">The longest that one of them took.</param>
public sealed record FuzzTally(int Cases, int Refused, long MostBytes, TimeSpan Slowest);

/// <summary>
/// Feeds damaged files to a reader: each must be read or refused in one line, in bounded memory. <c>SEGPIPE_FUZZ</c> sets how many.
/// </summary>
public static class ReaderFuzz
{
    private const long Spare = 64L << 20;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>Number of files for each reader.</summary>
    public static int Cases { get; } = int.TryParse(Environment.GetEnvironmentVariable("SEGPIPE_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var cases) ? cases : 2000;

    private static bool IsTool => Environment.GetEnvironmentVariable("SEGPIPE_FUZZ") is not null;

    /// <summary>Reads damaged copies of sound files; the seed of a case is its number.</summary>
    /// <param name="sound">The sound files, which take turns.</param>
    /// <param name="read">The reader.</param>
    /// <param name="damage">How a copy is damaged; <see cref="Mutation.Of"/> unless stated.</param>
    public static FuzzTally Run(IReadOnlyList<byte[]> sound, Action<byte[]> read, Func<byte[], Random, byte[]>? damage = null)
    {
        var (refused, most, slowest) = (0, 0L, TimeSpan.Zero);
        for (var seed = 0; seed < Cases; seed++)
        {
            var file = (damage ?? Mutation.Of)(sound[seed % sound.Count], new Random(seed));
            var (before, started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            if (Refusal(file, read, seed) is { } message)
            {
                refused++;
                if (message.Length == 0 || message.Contains('\n', StringComparison.Ordinal)) throw new InvalidOperationException($"Seed {seed}: '{message}' is not one line.");
            }
            var (bytes, elapsed) = (GC.GetAllocatedBytesForCurrentThread() - before - 4L * file.Length, Stopwatch.GetElapsedTime(started));
            if (bytes > Spare) throw new InvalidOperationException($"Seed {seed}: {bytes} bytes beyond four times the file were taken.");
            // A busy machine makes any file slow: only the run that is made for its own sake judges time.
            if (IsTool && elapsed > Longest) throw new InvalidOperationException($"Seed {seed}: took {elapsed}.");
            (most, slowest) = (Math.Max(most, bytes), elapsed > slowest ? elapsed : slowest);
        }
        return new(Cases, refused, most, slowest);
    }

    private static string? Refusal(byte[] file, Action<byte[]> read, int seed)
    {
        try
        {
            read(file);
            return null;
        }
        catch (SegPipeException e)
        {
            return e.Message;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Seed {seed}: {e.GetType().Name} came out of the reader: {e.Message}", e);
        }
    }
}
