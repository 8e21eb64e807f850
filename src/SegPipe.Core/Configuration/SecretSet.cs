using System.Text.RegularExpressions;

namespace SegPipe.Configuration;

/// <summary>Values that are never shown. Everything that leaves the program (log lines, errors, a child's stderr) goes through <see cref="Redact"/>. Safe to use from several threads.</summary>
public sealed class SecretSet
{
    private const string Mask = "***";

    // Shorter values stand inside of ordinary words; they are masked where they are words of their own.
    private const int ShortLength = 4;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _values = new(StringComparer.Ordinal);
    private volatile Regex? _pattern;

    /// <summary>Whether nothing is secret.</summary>
    public bool IsEmpty => _pattern is null;

    /// <summary>Adds a value, also as it looks inside of a URL.</summary>
    public void Add(string value)
    {
        if (!string.IsNullOrWhiteSpace(value)) Grow([value, Uri.EscapeDataString(value), Uri.UnescapeDataString(value)]);
    }

    /// <summary>Adds the values that another set has now.</summary>
    public void Add(SecretSet others)
    {
        string[] values;
        lock (others._gate) values = [.. others._values];
        Grow(values);
    }

    /// <summary>Adds the user and password that a URL carries; any other text adds nothing.</summary>
    public void AddUserInfo(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        if (start < 3) return;
        var end = url.IndexOf('/', start);
        var authority = end < 0 ? url[start..] : url[start..end];
        var at = authority.LastIndexOf('@');
        if (at <= 0) return;
        var user = authority[..at];
        Add(user);
        if (user.IndexOf(':') is var colon and >= 0) Add(user[(colon + 1)..]);
    }

    /// <summary>The text with every secret replaced by <c>***</c>.</summary>
    public string Redact(string text) => _pattern?.Replace(text, Mask) ?? text;

    private void Grow(IEnumerable<string> values)
    {
        lock (_gate)
        {
            var before = _values.Count;
            _values.UnionWith(values);
            if (_values.Count == before) return;
            var choices = _values.OrderByDescending(v => v.Length).Select(v => v.Length < ShortLength ? $@"(?<!\w){Regex.Escape(v)}(?!\w)" : Regex.Escape(v));
            _pattern = new(string.Join('|', choices), RegexOptions.CultureInvariant);
        }
    }
}
