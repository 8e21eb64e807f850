using System.Text;
using System.Text.RegularExpressions;

namespace SegPipe.Configuration;

/// <summary>A scalar after its variables were filled in.</summary>
/// <param name="Text">The text.</param>
/// <param name="Opaque">A variable is not known yet: the text is not to be judged.</param>
internal readonly record struct ResolvedText(string Text, bool Opaque);

/// <summary>Fills <c>${...}</c> in scalars; what is filled in is text and never read as YAML.</summary>
internal sealed partial class Interpolation(PipelineText source, ReadSettings settings, Findings findings, SecretSet secrets)
{
    private const int MaxSecretBytes = 64 * 1024;

    /// <summary>Names that begin with <c>stream.</c>, <c>input.</c> or <c>output.</c>; null values are not known yet.</summary>
    public IReadOnlyDictionary<string, string?> Known { get; init; } = new Dictionary<string, string?>();

    /// <summary>Why there is no <c>${input...}</c>, where there is none.</summary>
    public string? NoInput { get; init; }

    /// <summary>Scalars so far that hang on something that is not known.</summary>
    public int Unknowns { get; private set; }

    /// <summary>The same with other names.</summary>
    public Interpolation With(IReadOnlyDictionary<string, string?> known, string? noInput) =>
        new(source, settings, findings, secrets) { Known = known, NoInput = noInput };

    /// <summary>Fills in the variables of a scalar.</summary>
    public ResolvedText Resolve(ConfigScalar scalar)
    {
        if (!scalar.Text.Contains('$', StringComparison.Ordinal)) return new(scalar.Text, false);
        var text = new StringBuilder();
        var opaque = false;
        for (var i = 0; i < scalar.Text.Length; i++)
        {
            var rest = scalar.Text.AsSpan(i);
            if (rest.StartsWith("$$"))
            {
                text.Append('$');
                i++;
            }
            else if (!rest.StartsWith("${"))
            {
                text.Append(rest[0]);
            }
            else if (rest.IndexOf('}') is var end and > 0)
            {
                var body = rest[2..end].ToString();
                var value = Value(body, Place(scalar, $"${{{body}}}"));
                text.Append(value ?? $"${{{body}}}");
                opaque |= value is null;
                i += end;
            }
            else
            {
                Unknowns++;
                findings.Error(ProblemCode.BadReference, Place(scalar, rest.ToString()), "`${` without `}`", "write `$$` for a dollar");
                return new(scalar.Text, true);
            }
        }
        if (opaque) Unknowns++;
        return new(text.ToString(), opaque);
    }

    private string? Value(string body, SourcePosition at)
    {
        if (body.StartsWith("file:", StringComparison.Ordinal)) return Secret(body["file:".Length..], at);
        var match = Reference().Match(body);
        if (!match.Success)
        {
            findings.Error(ProblemCode.BadReference, at, $"`${{{body}}}` cannot be read", "allowed: ${NAME}, ${NAME:-default}, ${NAME:?message}, ${file:/path}, ${stream.key}, ${input.stem}; `$$` is a dollar");
            return null;
        }
        var name = match.Groups["name"].Value;
        var known = name.Contains('.', StringComparison.Ordinal) ? Inner(name, at) : Variable(name);
        if (!string.IsNullOrEmpty(known)) return known;
        if (match.Groups["default"].Success) return match.Groups["default"].Value;
        var message = match.Groups["message"];
        if (name.Contains('.', StringComparison.Ordinal) || (known is not null && !message.Success)) return known;
        Unset(name, message, at);
        return null;
    }

    private string? Variable(string name) => settings.Environment.TryGetValue(name, out var value) ? value : null;

    private string? Inner(string name, SourcePosition at)
    {
        if (Known.TryGetValue(name, out var value)) return value;
        if (NoInput is not null && name is "input.path" or "input.stem" or "input.dir")
            findings.Error(ProblemCode.NoSuchInput, at, $"`${{{name}}}` means nothing here: {NoInput}");
        else if (name == "stream.id" || (name.StartsWith("stream.", StringComparison.Ordinal) && !Known.ContainsKey("stream.id")))
            findings.Error(ProblemCode.UnknownVariable, at, $"`${{{name}}}` means nothing here: there is no `streams`");
        else
            findings.Error(ProblemCode.UnknownVariable, at, $"unknown variable `{name}`{Suggestion.Clause(name, Known.Keys)}", Known.Count == 0 ? null : $"known here: {string.Join(", ", Known.Keys)}");
        return null;
    }

    private void Unset(string name, Group message, SourcePosition at)
    {
        var text = message is { Success: true, Length: > 0 } ? $"variable `{name}` is not set: {message.Value}" : $"variable `{name}` is not set{Suggestion.Clause(name, settings.Environment.Keys)}";
        if (settings.Level >= ValidationLevel.Environment) findings.Error(ProblemCode.UnknownVariable, at, text, $"set it in the environment, or write `${{{name}:-default}}`");
        else findings.Warn(ProblemCode.UnsetVariable, at, text);
    }

    private string? Secret(string path, SourcePosition at)
    {
        try
        {
            var full = Path.Combine(settings.WorkingFolder, path);
            if (new FileInfo(full).Length > MaxSecretBytes) throw new IOException($"it has more than {MaxSecretBytes} bytes");
            var value = File.ReadAllText(full).TrimEnd('\r', '\n');
            secrets.Add(value);
            return value;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            if (settings.Level >= ValidationLevel.Environment) findings.Error(ProblemCode.SecretUnreadable, at, $"`{path}` cannot be read: {e.Message}", exit: ExitCode.InputMissing);
            else findings.Warn(ProblemCode.UnsetVariable, at, $"`{path}` cannot be read now");
            return null;
        }
    }

    private SourcePosition Place(ConfigScalar scalar, string part)
    {
        var at = scalar.Position;
        if (at.Line < 1 || at.Line > source.Lines.Count) return at;
        var line = source.Lines[at.Line - 1];
        var found = at.Column <= line.Length ? line.IndexOf(part, at.Column - 1, StringComparison.Ordinal) : -1;
        return found < 0 ? at : at with { Column = found + 1, Length = part.Length };
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z_][A-Za-z0-9_]*(\.[a-z][a-z0-9_]*)?)(:-(?<default>.*)|:\?(?<message>.*))?$", RegexOptions.Singleline)]
    private static partial Regex Reference();
}
