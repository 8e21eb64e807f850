namespace SegPipe.Testing;

/// <summary>What a command line gave.</summary>
public sealed record CliResult(int Code, string Out, string Error)
{
    /// <summary>Requires an exit code, and shows what was said where it is another.</summary>
    public CliResult Expect(ExitCode code)
    {
        Require((int)code == Code, $"exit code {Code} instead of {(int)code}");
        return this;
    }

    /// <summary>Requires an error of at most two lines that says this, without a stack trace.</summary>
    public CliResult Fails(ExitCode code, params IEnumerable<string> parts)
    {
        Expect(code);
        foreach (var part in parts) Require(Error.Contains(part, StringComparison.Ordinal), $"'{part}' is not said");
        var lines = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).SkipWhile(line => !line.StartsWith("segpipe: error: ", StringComparison.Ordinal)).ToList();
        Require(lines.Count is 1 or 2, $"the error has {lines.Count} lines");
        Require(!Error.Contains("   at ", StringComparison.Ordinal), "a stack trace is shown");
        return this;
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException($"{otherwise}\n--- stdout\n{Out}\n--- stderr\n{Error}");
    }
}
