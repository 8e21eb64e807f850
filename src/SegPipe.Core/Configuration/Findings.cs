namespace SegPipe.Configuration;

/// <summary>Collects what is found about one text; the same finding, as copies of a template give it, counts once.</summary>
internal sealed class Findings
{
    private readonly HashSet<PipelineProblem> _seen = [];

    /// <summary>Errors that were reported, each copy counted: tells whether a step went without.</summary>
    public int Reported { get; private set; }

    public void Error(ProblemCode code, SourcePosition at, string message, string? advice = null, ExitCode exit = ExitCode.Configuration)
    {
        Reported++;
        _seen.Add(new(Severity.Error, code.Id, at, message, advice) { ExitCode = exit });
    }

    public void Warn(ProblemCode code, SourcePosition at, string message, string? advice = null) =>
        _seen.Add(new(Severity.Warning, code.Id, at, message, advice));

    /// <summary>In the order of the text, settings from outside last.</summary>
    public IReadOnlyList<PipelineProblem> Sorted() =>
    [
        .. _seen.OrderBy(p => p.Position.Line == 0).ThenBy(p => p.Position.Line).ThenBy(p => p.Position.Column)
            .ThenBy(p => p.Code, StringComparer.Ordinal),
    ];
}
