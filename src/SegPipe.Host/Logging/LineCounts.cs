using Microsoft.Extensions.Logging;

namespace SegPipe.Host.Logging;

/// <summary>Counts log lines by level, those counted instead of shown included.</summary>
internal sealed class LineCounts
{
    private static readonly string[] Levels = ["debug", "info", "warning", "error"];

    private readonly long[] _lines = new long[Levels.Length];

    /// <summary>The word of a level.</summary>
    public static string NameOf(LogLevel level) => Levels[IndexOf(level)];

    /// <summary>Counts a line.</summary>
    public void Add(LogLevel level) => Interlocked.Increment(ref _lines[IndexOf(level)]);

    /// <summary>Counts a line by the word of its level.</summary>
    public void Add(string level) => Interlocked.Increment(ref _lines[Math.Max(0, Array.IndexOf(Levels, level))]);

    /// <summary>All levels with their lines.</summary>
    public IEnumerable<(string Level, long Lines)> ByLevel() => Levels.Select((level, i) => (level, Interlocked.Read(ref _lines[i])));

    private static int IndexOf(LogLevel level) => Math.Clamp(level - LogLevel.Debug, 0, Levels.Length - 1);
}
