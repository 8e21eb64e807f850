using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SegPipe.Configuration;

namespace SegPipe.Host.Commands;

/// <summary>Options whose values are judged in words that a person knows, not in names of types.</summary>
internal static class TypedOption
{
    /// <summary>An option that takes one of an enumeration's words, in snake_case; the first one where it is not given.</summary>
    public static Option<T> Word<T>(string name, string description)
        where T : struct, Enum
    {
        var words = WordsOf<T>();
        return new(name)
        {
            Description = $"{description} [default: {words.Keys.First()}]",
            HelpName = string.Join('|', words.Keys),
            CustomParser = result => Parse(result, words),
        };
    }

    /// <summary>An option that takes one of an enumeration's words or is not given.</summary>
    public static Option<T?> OptionalWord<T>(string name, string description)
        where T : struct, Enum
    {
        var words = WordsOf<T>();
        return new(name) { Description = description, HelpName = string.Join('|', words.Keys), CustomParser = result => Parse(result, words) };
    }

    /// <summary>An argument that is one of an enumeration's words or is not given.</summary>
    public static Argument<T?> WordArgument<T>(string name, string description)
        where T : struct, Enum
    {
        var words = WordsOf<T>();
        return new(name)
        {
            HelpName = name,
            Description = $"{description} {string.Join('|', words.Keys)}",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = result => result.Tokens.Count == 0 ? null : Parse(result, words),
        };
    }

    /// <summary>An option that takes a number of a range.</summary>
    public static Option<double> Number(string name, string description, double otherwise, double least, double most) => new(name)
    {
        Description = description,
        HelpName = $"{least}–{most}",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
            result.AddError($"{name} takes a number from {least} to {most}, not '{text}'");
            return otherwise;
        },
    };

    private static Dictionary<string, T> WordsOf<T>()
        where T : struct, Enum => Enum.GetValues<T>().ToDictionary(value => SnakeCase.Of(value.ToString()));

    private static T Parse<T>(ArgumentResult result, Dictionary<string, T> words)
        where T : struct, Enum
    {
        var text = result.Tokens[0].Value;
        if (words.TryGetValue(text, out var value)) return value;
        result.AddError($"{(result.Parent as OptionResult)?.Option.Name ?? result.Argument.Name} takes {string.Join(" or ", words.Keys)}, not '{text}'{Suggestion.Clause(text, words.Keys)}");
        return default;
    }
}
