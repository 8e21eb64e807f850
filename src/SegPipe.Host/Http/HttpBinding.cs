using SegPipe.Configuration;
using SegPipe.Host.Running;

namespace SegPipe.Host.Http;

/// <summary>What one listener serves: the pipelines that name its address, and the token that they agree on.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Token">The token that verbs which change state need, null where there are no such verbs.</param>
/// <param name="Entries">The pipelines.</param>
internal sealed record HttpBinding(ListenAddress Address, string? Token, IReadOnlyList<BoardEntry> Entries)
{
    /// <summary>What to do where the address cannot be had.</summary>
    public string Advice { get; init; } = "Write another address under `http: { listen: … }`.";

    /// <summary>Groups pipelines by address; those without <c>http</c> are not served.</summary>
    /// <exception cref="SegPipeException">78 where pipelines contradict one another, or a token cannot be read.</exception>
    public static IReadOnlyList<HttpBinding> Of(IEnumerable<BoardEntry> entries) =>
    [
        .. from entry in entries
           where entry.Definition.Http is not null
           group entry by ListenAddress.Parse(entry.Definition.Http!.Listen)! into served
           select Of(served.Key, [.. served]),
    ];

    private static HttpBinding Of(ListenAddress address, IReadOnlyList<BoardEntry> entries)
    {
        if (entries.GroupBy(e => e.Name).FirstOrDefault(g => g.Count() > 1) is { } twins)
            throw new SegPipeException(ExitCode.Configuration, $"Two pipelines at {address} are called '{twins.Key}'.", "Write another `name` into one of them.");
        var files = entries.Select(e => e.Definition.Http!.TokenFile).Distinct().ToList();
        if (files.Count > 1)
            throw new SegPipeException(ExitCode.Configuration, $"Pipelines at {address} name different token files.", "Name the same `token_file`, or another address.");
        return new(address, files[0] is { } file ? Read(file) : null, entries);
    }

    private static string Read(string file)
    {
        try
        {
            var token = File.ReadAllText(file).Trim();
            return token.Length > 0 ? token : throw new SegPipeException(ExitCode.Configuration, $"The token file {file} is empty.", $"Type: openssl rand -hex 32 > {file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.InputUnusable, $"The token file {file} cannot be read: {e.Message}", "Check the path and its permissions.", e);
        }
    }
}
