namespace SegPipe.Configuration;

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>The pipeline does not run.</summary>
    Error,

    /// <summary>The pipeline runs, perhaps not as meant.</summary>
    Warning,
}

/// <summary>One finding about a pipeline's text.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">Stable code, <c>SP1004</c>; listed in docs/configuration.md.</param>
/// <param name="Position">Where it is.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Advice">What to do or what is allowed, or null.</param>
public sealed record PipelineProblem(Severity Severity, string Code, SourcePosition Position, string Message, string? Advice = null)
{
    /// <summary>The exit code that running into this problem ends with.</summary>
    public ExitCode ExitCode { get; init; } = ExitCode.Configuration;

    /// <summary>What a component said when it was made, opened or asked for its format.</summary>
    /// <param name="component">The component.</param>
    /// <param name="error">What it said.</param>
    public static PipelineProblem Refused(ComponentDefinition component, SegPipeException error) =>
        new(Severity.Error, ProblemCode.Refused.Id, component.Position, error.Message, error.Advice) { ExitCode = error.Code };
}
