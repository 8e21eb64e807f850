using System.Globalization;

namespace SegPipe.Configuration;

/// <summary>Numbers of bytes as people write them.</summary>
internal static class ByteSize
{
    /// <summary>What may be written, for advice.</summary>
    public const string Forms = "write a number of bytes or one with KiB, MiB, GiB, TiB (KB, MB, GB, TB for powers of ten), as in 512MiB";

    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("KB", 1000L), ("MB", 1_000_000L), ("GB", 1_000_000_000L), ("TB", 1_000_000_000_000L), ("B", 1L),
    ];

    /// <summary>Reads <c>512MiB</c>, <c>1.5 GiB</c> or <c>4096</c>; at least one byte.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        var (unit, factor) = Units.FirstOrDefault(u => text.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase), (Unit: "", Bytes: 1L));
        bytes = 0;
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite;
        if (!decimal.TryParse(text[..^unit.Length], Style, CultureInfo.InvariantCulture, out var number)) return false;
        if (number <= 0 || number > long.MaxValue / factor) return false;
        bytes = (long)(number * factor);
        return bytes > 0;
    }

    /// <summary>The largest unit that shows the number with at most one decimal.</summary>
    public static string Format(long bytes)
    {
        var (unit, factor) = Units.Take(4).LastOrDefault(u => bytes >= u.Bytes, (Unit: "B", Bytes: 1L));
        return string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / factor:0.#} {unit}");
    }
}
