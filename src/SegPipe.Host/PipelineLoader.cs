using SegPipe.Configuration;

namespace SegPipe.Host;

/// <summary>Reads pipelines for the commands: one path for validating and for running.</summary>
internal sealed class PipelineLoader(HostConsole console)
{
    private readonly long _started = console.Time.GetTimestamp();

    /// <summary>Arguments of <c>--set</c>.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Folder that outputs stay under, or null for the working folder.</summary>
    public string? OutputRoot { get; init; }

    /// <summary>Whether a pipeline may be served to other machines without a token.</summary>
    public bool InsecureNoAuth { get; init; }

    /// <summary>Whether the variables of this process are filled in.</summary>
    public bool SeesVariables { get; init; } = true;

    /// <summary>How far to check.</summary>
    public ValidationLevel Level { get; init; } = ValidationLevel.Environment;

    /// <summary>The components that may be named.</summary>
    public Components.ComponentCatalog Catalog { get; init; } = BuildComponents.Catalog;

    private ReadSettings Settings => new()
    {
        Catalog = Catalog,
        Level = Level,
        Environment = SeesVariables ? ReadSettings.ProcessEnvironment() : new Dictionary<string, string>(),
        Overrides = Overrides,
        OutputRoot = OutputRoot,
        InsecureNoAuth = InsecureNoAuth,
    };

    /// <summary>Reads files; findings are for the caller to show.</summary>
    public IReadOnlyList<PipelineReadResult> Results(IEnumerable<string> files) => [.. files.Select(file => Kept(PipelineReader.ReadFile(file, Settings)))];

    /// <summary>Reads files that are to be used.</summary>
    /// <exception cref="SegPipeException">One has an error; the findings have been shown.</exception>
    public IReadOnlyList<PipelineDefinition> ReadFiles(IEnumerable<string> files) => Sound(Results(files));

    /// <summary>Reads texts that are to be used.</summary>
    /// <exception cref="SegPipeException">One has an error; the findings have been shown.</exception>
    public IReadOnlyList<PipelineDefinition> Read(IEnumerable<PipelineText> texts) => Sound([.. texts.Select(text => Kept(PipelineReader.Read(text, Settings)))]);

    /// <summary>Reads a pipeline that is to be run over many videos in segments.</summary>
    /// <exception cref="SegPipeException">It has an error, or cannot be run so; the findings have been shown.</exception>
    public PipelineText ReadForBatch(string file)
    {
        var read = Results([file])[0];
        // The file itself stands for the videos: it is there.
        var result = read.Text.Text.Length == 0 ? read : Kept(Batch.BatchPipeline.Check(read.Text, Settings, Path.GetFullPath(file)));
        Sound([result]);
        return result.Text;
    }

    /// <summary>The pipeline for a batch.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="slots">Segments that are worked on side by side.</param>
    public Batch.BatchPipeline Pipeline(PipelineText text, int slots) => new(text, Settings) { Slots = slots };

    /// <summary>The exit code of what was found, 0 where there is no error.</summary>
    public static ExitCode CodeOf(IEnumerable<PipelineReadResult> results) =>
        results.SelectMany(r => r.Problems).Where(p => p.Severity == Severity.Error).Select(p => p.ExitCode).DefaultIfEmpty().Max();

    private PipelineReadResult Kept(PipelineReadResult result)
    {
        console.Keep(result.Secrets);
        return result;
    }

    private void Show(IReadOnlyList<PipelineReadResult> results)
    {
        if (console.Form == LogFormat.Text)
        {
            ProblemWriter.Write(console.Error, ProblemFormat.Text, results, console.Time.GetElapsedTime(_started));
            return;
        }
        foreach (var problem in results.SelectMany(r => r.Problems))
            console.Say($"{problem.Position}: {problem.Code}: {problem.Message}", SnakeCase.Of(problem.Severity.ToString()), "finding");
    }

    private IReadOnlyList<PipelineDefinition> Sound(IReadOnlyList<PipelineReadResult> results)
    {
        var code = CodeOf(results);
        if (code != ExitCode.Done || (console.Verbosity >= -1 && ProblemWriter.Count(results, Severity.Warning) > 0))
            Show(results);
        return code == ExitCode.Done ? [.. results.Select(r => r.Definition!)] : throw new SegPipeException(code, "Nothing was run.", "Mend what is listed above.");
    }
}
