using System.Globalization;

namespace SegPipe.Soak;

/// <summary>What was found, point by point.</summary>
internal sealed class Verdict
{
    private readonly List<string> _lines = [];

    /// <summary>Whether every point holds.</summary>
    public bool Holds { get; private set; } = true;

    /// <summary>A line a point.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Notes a point.</summary>
    public void Add(string what, string found, bool holds)
    {
        Holds &= holds;
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{(holds ? "ok    " : "FAILED")} {what,-24} {found}"));
    }
}
