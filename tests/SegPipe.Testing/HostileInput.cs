using System.Buffers.Binary;
using System.Diagnostics;

namespace SegPipe.Testing;

/// <summary>What a reader made of inputs that went wrong at random.</summary>
/// <param name="Inputs">How many were read.</param>
/// <param name="Accepted">How many were still readable.</param>
/// <param name="Slowest">The longest that one took.</param>
/// <param name="MostAllocated">The most bytes that one allocated beyond four times its size.</param>
public sealed record HostileResult(int Inputs, int Accepted, TimeSpan Slowest, long MostAllocated);

/// <summary>
/// Gives a reader damaged copies of a good file: cut short, with flipped bits, moved and repeated parts, extreme numbers, and numbers
/// from elsewhere in the file, which makes offsets point in circles. Each must be read or refused with exit code 65.
/// </summary>
public static class HostileInput
{
    /// <summary>What a reader may allocate beside four times its input.</summary>
    public const long AllocationAllowance = 64L << 20;

    private static readonly ulong[] Extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff, ulong.MaxValue];

    /// <summary>Inputs to be tried: what SEGPIPE_HOSTILE_INPUTS says, else the usual number.</summary>
    public static int Inputs(int usual) => int.TryParse(Environment.GetEnvironmentVariable("SEGPIPE_HOSTILE_INPUTS"), out var stated) ? stated : usual;

    /// <summary>Reads damaged copies; input number n is always the same.</summary>
    /// <param name="good">A file that can be read.</param>
    /// <param name="read">The reader.</param>
    /// <param name="inputs">Number of copies.</param>
    /// <exception cref="InvalidOperationException">A copy was neither read nor refused as it must be, or cost too much memory.</exception>
    public static HostileResult Check(byte[] good, Action<byte[]> read, int inputs)
    {
        var (accepted, slowest, most) = (0, TimeSpan.Zero, 0L);
        for (var seed = 0; seed < inputs; seed++)
        {
            var input = Damage(good, new Random(seed));
            var (before, started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            try
            {
                read(input);
                accepted++;
            }
            catch (SegPipeException e) when (e.Code == ExitCode.InputUnusable && e.Message.Length > 0 && !e.Message.Contains('\n', StringComparison.Ordinal))
            {
                // Refused as it must be.
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Damaged copy {seed} was not refused but failed: {e.Message}", e);
            }

            var took = Stopwatch.GetElapsedTime(started);
            slowest = took > slowest ? took : slowest;
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before - 4L * input.Length);
            if (most > AllocationAllowance) throw new InvalidOperationException($"Damaged copy {seed} of {input.Length} bytes allocated {most} bytes beyond four times its size.");
        }
        return new(inputs, accepted, slowest, most);
    }

    /// <summary>A copy with one to eight damages.</summary>
    public static byte[] Damage(byte[] good, Random random)
    {
        var bytes = (byte[])good.Clone();
        for (var damages = random.Next(1, 9); damages > 0 && bytes.Length > 16; damages--) bytes = DamageOnce(bytes, random);
        return bytes;
    }

    private static byte[] DamageOnce(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        var width = 1 << random.Next(4);
        var word = bytes.AsSpan(at & ~7);
        switch (random.Next(12))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], .. bytes[random.Next(at, Math.Min(bytes.Length, at + 64))..]];
            case 2:
                return [.. bytes[..at], .. bytes.AsSpan(random.Next(bytes.Length - 8), 8), .. bytes[at..]];
            case 3:
                bytes.AsSpan(at, Math.Min(random.Next(64), bytes.Length - at)).Fill((byte)random.Next(256));
                return bytes;
            case 4 or 5 when word.Length >= 8:
                Write(word, width, Extremes[random.Next(Extremes.Length)]);
                return bytes;
            case 6 or 7 when word.Length >= 8:
                // Numbers of the file itself are the offsets and counts that lead somewhere.
                Write(word, 8, BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(random.Next((bytes.Length - 8) / 8) * 8)));
                return bytes;
            case 8 when word.Length >= 8:
                Write(word, width, (ulong)random.Next(bytes.Length));
                return bytes;
            case 9:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            default:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
        }
    }

    private static void Write(Span<byte> to, int width, ulong value)
    {
        for (var i = 0; i < width; i++) to[i] = (byte)(value >> 8 * i);
    }
}
