namespace SegPipe.Sources.Street;

/// <summary>
/// A camera's noise: one xorshift generator runs over all samples of a frame, seeded by the frame so that a clip is
/// reproducible. The generator is linear over bits, so that the state at any sample follows from the first one by a matrix:
/// parts of a frame are done side by side.
/// </summary>
internal static class SensorNoise
{
    /// <summary>The generator's state for a frame.</summary>
    public static uint Start(int seed, int frame) => StreetDice.Hash(seed, frame, 77) | 1u;

    /// <summary>Adds noise to samples.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="state">The generator's state before them.</param>
    /// <param name="amplitude">Largest change.</param>
    public static void Add(Span<byte> samples, uint state, int amplitude)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            state = Step(state);
            int n = (int)(state & 0xff) + (int)((state >> 8) & 0xff) - 255;
            samples[i] = (byte)Math.Clamp(samples[i] + n * amplitude / 255, 0, 255);
        }
    }

    /// <summary>The matrix of so many steps: what each of the state's 32 bits becomes.</summary>
    public static uint[] Jump(long steps)
    {
        var result = new uint[32];
        var power = new uint[32];
        for (var bit = 0; bit < 32; bit++)
        {
            result[bit] = 1u << bit;
            power[bit] = Step(1u << bit);
        }

        for (; steps > 0; steps >>= 1)
        {
            if ((steps & 1) != 0) result = [.. result.Select(column => Apply(power, column))];
            power = [.. power.Select(column => Apply(power, column))];
        }

        return result;
    }

    /// <summary>The state behind a jump.</summary>
    public static uint Apply(uint[] matrix, uint state)
    {
        uint result = 0;
        for (var bit = 0; state != 0; bit++, state >>= 1) result ^= (state & 1) != 0 ? matrix[bit] : 0;
        return result;
    }

    private static uint Step(uint state)
    {
        state ^= state << 13;
        state ^= state >> 17;
        return state ^ state << 5;
    }
}
