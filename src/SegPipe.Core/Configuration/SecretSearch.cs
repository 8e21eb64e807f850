using System.Text.RegularExpressions;
using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>Finds what looks secret in a raw text: findings quote its lines even where it cannot be parsed or bound.</summary>
internal static partial class SecretSearch
{
    /// <summary>Adds the values behind the names of secret options, and the users and passwords of URLs.</summary>
    public static void In(string text, ComponentCatalog catalog, SecretSet secrets)
    {
        var names = catalog.All.SelectMany(d => OptionDescriptor.Of(d.OptionsType)).Where(o => o.Has<SecretAttribute>()).Select(o => o.Name).ToHashSet();
        foreach (var entry in Pair().Matches(text).Concat(Line().Matches(text)))
        {
            var value = entry.Groups["value"].Value;
            if (Suggestion.For(entry.Groups["key"].Value, names) is not null && value is not ("null" or "~") && !value.StartsWith("${", StringComparison.Ordinal)) secrets.Add(value);
        }
        foreach (Match url in Url().Matches(text))
        {
            if (!url.Value.Contains("${", StringComparison.Ordinal)) secrets.AddUrl(url.Value);
        }
    }

    [GeneratedRegex("""(?<key>[A-Za-z_][A-Za-z0-9_-]{2,40})["']?[ \t]*:[ \t]*\[?[ \t]*(?:"(?<value>(?:[^"\\\n]|\\.)+)"|'(?<value>(?:[^'\n]|'')+)'|(?<value>[^"',{}\[\]\s][^,{}\[\]\s]*))""")]
    private static partial Regex Pair();

    // Outside of braces an unquoted value reaches to the end of its line, whatever is in it.
    [GeneratedRegex("""^[ \t-]*(?<key>[A-Za-z_][A-Za-z0-9_-]{2,40})[ \t]*:[ \t]+(?<value>[^\s"'{\[|>&*][^\n]*?)[ \t]*(?: #[^\n]*)?$""", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex("""[a-z][a-z0-9+]{1,10}://\S+""")]
    private static partial Regex Url();
}
