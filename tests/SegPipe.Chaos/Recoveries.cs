using System.Globalization;

namespace SegPipe.Chaos;

/// <summary>How long each kind of trouble took to be got over.</summary>
internal sealed class Recoveries
{
    private readonly SortedDictionary<string, List<double>> _seconds = [];

    /// <summary>Troubles in all.</summary>
    public int Count => _seconds.Values.Sum(s => s.Count);

    /// <summary>Notes one.</summary>
    public void Add(string kind, TimeSpan time)
    {
        if (!_seconds.TryGetValue(kind, out var seconds)) _seconds[kind] = seconds = [];
        seconds.Add(time.TotalSeconds);
    }

    /// <summary>A line for each kind.</summary>
    public IEnumerable<string> Lines() => _seconds.Select(k =>
    {
        var sorted = k.Value.Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"  {k.Key,-16} {sorted.Count,4} times, got over in {sorted[sorted.Count / 2],6:0.0} s (median), {sorted[^1],6:0.0} s (worst)");
    });
}
