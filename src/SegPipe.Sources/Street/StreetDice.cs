namespace SegPipe.Sources.Street;

/// <summary>Seeded randomness by place instead of by order: the same question always has the same answer.</summary>
/// <param name="seed">Seed of the street.</param>
internal readonly struct StreetDice(int seed)
{
    /// <summary>A number in 0–1 for a trait (<paramref name="salt"/>) of a thing (<paramref name="key"/>).</summary>
    public float Unit(int salt, int key = 0) => Hash(seed, salt, key) * (1f / 4294967296f);

    /// <summary>The same between two bounds.</summary>
    public float Range(int salt, float lo, float hi, int key = 0) => lo + (hi - lo) * Unit(salt, key);

    /// <summary>Well-mixed bits of three numbers.</summary>
    public static uint Hash(int a, int b, int c)
    {
        unchecked
        {
            uint h = (uint)a * 0x9E3779B1u ^ (uint)b * 0x85EBCA77u ^ (uint)c * 0xC2B2AE3Du;
            h ^= h >> 15;
            h *= 0x2C1B3C6Du;
            h ^= h >> 12;
            h *= 0x297A2D39u;
            h ^= h >> 15;
            return h;
        }
    }
}
