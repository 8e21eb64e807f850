using System.Text;
using System.Text.RegularExpressions;

namespace SegPipe.Host.Segmenting;

/// <summary>Writes texts as YAML scalars that read back as the same text, variables included.</summary>
internal static partial class YamlScalar
{
    /// <summary>The text, in quotes where it needs them; a dollar is doubled, so that it does not begin a variable.</summary>
    public static string Of(string text)
    {
        if (Plain().IsMatch(text) && !Word().IsMatch(text)) return text;
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '$' => "$$",
                '\u2028' or '\u2029' or '\ufeff' => $"\\u{(int)c:x4}",
                _ when char.IsControl(c) => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }
        return quoted.Append('"').ToString();
    }

    [GeneratedRegex("^[A-Za-z/.][A-Za-z0-9_./-]*$")]
    private static partial Regex Plain();

    // Words and numbers that YAML would read as something else than text.
    [GeneratedRegex(@"^(null|~|true|false|yes|no|on|off|y|n|\.inf|\.nan|\.[0-9].*|\.)$", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
