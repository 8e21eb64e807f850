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
        foreach (Match pair in Pair().Matches(text))
        {
            var value = pair.Groups["value"].Value;
            if (Suggestion.For(pair.Groups["key"].Value, names) is not null && value is not ("null" or "~") && !value.StartsWith("${", StringComparison.Ordinal)) secrets.Add(value);
        }
        foreach (Match url in Url().Matches(text))
        {
            if (!url.Value.Contains("${", StringComparison.Ordinal)) secrets.AddUserInfo(url.Value);
        }
    }

    [GeneratedRegex("""(?<key>[A-Za-z_][A-Za-z0-9_-]{2,40})["']?[ \t]*:[ \t]*(?:"(?<value>[^"\n]+)"|'(?<value>[^'\n]+)'|(?<value>[^"',{}\[\]\s]+))""")]
    private static partial Regex Pair();

    [GeneratedRegex("""[a-z][a-z0-9+]{1,10}://[^\s"'/@]+@[^\s"']*""")]
    private static partial Regex Url();
}
