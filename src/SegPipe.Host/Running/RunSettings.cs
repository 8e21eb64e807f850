using SegPipe.Configuration;

namespace SegPipe.Host.Running;

/// <summary>How pipelines are run.</summary>
internal sealed record RunSettings
{
    /// <summary>File that the report is written to as JSON, or null.</summary>
    public string? Report { get; init; }

    /// <summary>The form of the log that was asked for, or null for what each pipeline says.</summary>
    public LogFormat? LogFormat { get; init; }

    /// <summary>How long an orderly end may take before it is forced.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Reads the files again for a reload, in the order of the pipelines; null where there is no reload.</summary>
    public Func<IReadOnlyList<PipelineReadResult>>? Reread { get; init; }

    /// <summary>Whether one runs after the other instead of side by side.</summary>
    public bool InTurn { get; init; }

    /// <summary>Whether errors name pipeline and component; without, the pipeline is none of the person's own.</summary>
    public bool NamesPlaces { get; init; } = true;

    /// <summary>Whether the report is shown as a table at the end.</summary>
    public bool ShowsReport { get; init; } = true;

    /// <summary>Whether that holds for a pipeline that failed, too; without, its error stands alone.</summary>
    public bool ShowsReportOfFailure { get; init; } = true;
}
