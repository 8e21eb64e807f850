using System.Globalization;

namespace SegPipe.Testing;

/// <summary>How long a tool runs, and from which seed.</summary>
/// <param name="Minutes">Its length.</param>
/// <param name="Seed">What its dice begin with.</param>
public sealed record LongRun(double Minutes, int Seed)
{
    private const double Usual = 10;

    /// <summary>Its length.</summary>
    public TimeSpan Length => TimeSpan.FromMinutes(Minutes);

    /// <summary>Reads <c>[minutes [seed]]</c>; where that is no such thing or something is missing here, says so and gives the exit code.</summary>
    /// <param name="verb">The tool's name to <c>build.sh</c>.</param>
    /// <param name="least">Fewest minutes.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="missing">What this machine lacks for it, or null.</param>
    public static (LongRun? Run, int Code) Read(string verb, double least, string[] arguments, string? missing)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var (minutes, seed) = (Usual, Environment.TickCount & 0xffff);
        if (arguments.Length > 2
            || (arguments.Length > 0 && !double.TryParse(arguments[0], CultureInfo.InvariantCulture, out minutes))
            || (arguments.Length > 1 && !int.TryParse(arguments[1], CultureInfo.InvariantCulture, out seed))
            || !(minutes >= least))
        {
            Console.Error.WriteLine($"usage: ./build.sh {verb} [minutes, from {least}; {Usual} by default [seed]]");
            return (null, 64);
        }
        if (missing is null) return (new(minutes, seed), 0);
        Console.Error.WriteLine($"{verb}: {missing}");
        return (null, 69);
    }
}
