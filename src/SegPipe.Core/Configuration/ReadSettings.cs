using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>How far a pipeline is checked; each level includes those before it.</summary>
public enum ValidationLevel
{
    /// <summary>The text is YAML.</summary>
    Syntax,

    /// <summary>Keys, types, words and ranges.</summary>
    Schema,

    /// <summary>The graph: ids, kinds, cycles, policies.</summary>
    Topology,

    /// <summary>Files, folders, variables and memory of this machine.</summary>
    Environment,

    /// <summary>Inputs are opened and formats negotiated; the runtime does this with a definition that was read without error.</summary>
    Probe,
}

/// <summary>What a reading depends on besides the text.</summary>
public sealed record ReadSettings
{
    /// <summary>The components that may be named.</summary>
    public required ComponentCatalog Catalog { get; init; }

    /// <summary>How far to check.</summary>
    public ValidationLevel Level { get; init; } = ValidationLevel.Environment;

    /// <summary>Variables for <c>${NAME}</c>, and settings called <c>SEGPIPE__a__b</c>.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The arguments of <c>--set</c>, <c>a.b=c</c>; they overrule the file and the environment.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Folder that relative inputs are searched from, absolute.</summary>
    public string WorkingFolder { get; init; } = Directory.GetCurrentDirectory();

    /// <summary>Folder that outputs stay under, absolute or relative to the working folder; by default that folder itself.</summary>
    public string? OutputRoot { get; init; }

    /// <summary>What <c>${input.path}</c> means, where the command line gives it; by default the path of the stream's only source that reads a file.</summary>
    public string? InputPath { get; init; }

    /// <summary>Whether a pipeline may be served to other machines without a token.</summary>
    public bool InsecureNoAuth { get; init; }

    internal string FullOutputRoot => Path.TrimEndingDirectorySeparator(Path.GetFullPath(OutputRoot ?? ".", WorkingFolder));

    /// <summary>The variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment()
    {
        var variables = System.Environment.GetEnvironmentVariables();
        return variables.Keys.Cast<string>().ToDictionary(k => k, k => (string?)variables[k] ?? "", StringComparer.Ordinal);
    }
}

/// <summary>What reading gives.</summary>
/// <param name="Text">The text that was read.</param>
/// <param name="Definition">The pipeline, or null where there is an error.</param>
/// <param name="Problems">Everything that was found, in the order of the text.</param>
/// <param name="Secrets">Values that must never be shown.</param>
public sealed record PipelineReadResult(PipelineText Text, PipelineDefinition? Definition, IReadOnlyList<PipelineProblem> Problems, SecretSet Secrets)
{
    /// <summary>Whether the pipeline may run.</summary>
    public bool Succeeded => Definition is not null;

    /// <summary>The same with what a later check found, such as the runtime's probe.</summary>
    public PipelineReadResult With(IEnumerable<PipelineProblem> later)
    {
        var problems = Problems.Concat(later).ToArray();
        return this with { Problems = problems, Definition = problems.Any(p => p.Severity == Severity.Error) ? null : Definition };
    }
}
