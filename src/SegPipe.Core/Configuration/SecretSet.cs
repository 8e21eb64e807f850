using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace SegPipe.Configuration;

/// <summary>Values that are never shown. Everything that leaves the program (log lines, errors, a child's stderr) goes through <see cref="Redact"/>. Safe to use from several threads.</summary>
public sealed partial class SecretSet
{
    private const string Mask = "***";

    // Shorter values stand inside of ordinary words; they are masked where they are words of their own.
    private const int ShortLength = 4;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _values = new(StringComparer.Ordinal);
    private volatile Regex? _pattern;

    /// <summary>Whether nothing is secret.</summary>
    public bool IsEmpty => _pattern is null;

    /// <summary>Adds a value, also as it looks inside of a URL, of JSON and of a quoted text in YAML.</summary>
    public void Add(string value)
    {
        if (string.IsNullOrWhiteSpace(value)) return;
        string[] forms = [value, Uri.EscapeDataString(value), Uri.UnescapeDataString(value)];
        Grow([.. forms, .. forms.Select(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode), .. forms.Select(JavaScriptEncoder.Default.Encode), value.Replace("'", "''", StringComparison.Ordinal)]);
    }

    /// <summary>Adds the values that another set has now.</summary>
    public void Add(SecretSet others)
    {
        string[] values;
        lock (others._gate) values = [.. others._values];
        Grow(values);
    }

    /// <summary>
    /// Adds the user and password that a URL carries, and what its query calls a password; any other text adds nothing. Where a password
    /// that should have been escaped makes it ambiguous what belongs to it, all readings are added.
    /// </summary>
    public void AddUrl(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        if (start < 3) return;
        for (var at = url.IndexOf('@', start); at >= 0; at = url.IndexOf('@', at + 1))
        {
            var user = url[start..at];
            var colon = user.IndexOf(':', StringComparison.Ordinal);
            if (colon >= 0) Add(user[(colon + 1)..]);
            if (colon >= 0 || !user.Contains('/', StringComparison.Ordinal)) Add(user);
        }
        foreach (Match parameter in SecretParameter().Matches(url)) Add(parameter.Groups["value"].Value);
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

    [GeneratedRegex("[?&](?:pass(?:word|wd)?|pwd?|token|key|secret|auth)=(?<value>[^&#]+)", RegexOptions.IgnoreCase)]
    private static partial Regex SecretParameter();
}
