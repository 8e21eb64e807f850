using SegPipe.Graph;

namespace SegPipe.Configuration;

/// <summary>Reads pipelines. Mistakes of the user become findings, all of them at once, and never exceptions.</summary>
public static class PipelineReader
{
    private const long MaxBytes = 4L << 20;

    /// <summary>Reads a file; one that is missing or unreadable is a finding too.</summary>
    public static PipelineReadResult ReadFile(string path, ReadSettings settings)
    {
        try
        {
            var full = Path.GetFullPath(path, settings.WorkingFolder);
            if (File.Exists(full) && new FileInfo(full).Length > MaxBytes) throw new IOException($"it has more than {ByteSize.Format(MaxBytes)}, which no pipeline has");
            return Read(new(path, File.ReadAllText(full)), settings);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var findings = new Findings();
            var (message, exit) = e is FileNotFoundException or DirectoryNotFoundException
                ? ("there is no such file", ExitCode.InputMissing)
                : Directory.Exists(Path.Combine(settings.WorkingFolder, path)) ? ("this is a folder, not a pipeline's file", ExitCode.InputUnusable)
                : ($"the file cannot be read: {e.Message}", ExitCode.InputUnusable);
            findings.Error(ProblemCode.FileUnreadable, new(path, 1, 1), message, "name a YAML file, such as pipelines/demo.yaml", exit);
            return new(new(path, ""), null, findings.Sorted(), new());
        }
    }

    /// <summary>Reads a text.</summary>
    public static PipelineReadResult Read(PipelineText text, ReadSettings settings)
    {
        var findings = new Findings();
        var secrets = new SecretSet();
        SecretSearch.In(text.Text, settings.Catalog, secrets);
        var root = new YamlTreeReader(text, findings).Read();
        var definition = root is null || settings.Level == ValidationLevel.Syntax ? null : Bind(root, text, settings, findings, secrets);
        return new(text, findings.Reported > 0 ? null : definition, findings.Sorted(), secrets);
    }

    private static PipelineDefinition? Bind(ConfigNode root, PipelineText text, ReadSettings settings, Findings findings, SecretSet secrets)
    {
        if (root is ConfigScalar { IsNull: true })
        {
            findings.Error(ProblemCode.FileEmpty, root.Position, "the file holds no pipeline", PipelineText.Smallest);
            return null;
        }
        if (root is not ConfigMap map)
        {
            findings.Error(ProblemCode.WrongShape, root.Position, $"a pipeline is a map with `sources`, `stages` and `sinks`, but {root.Shape} stands here");
            return null;
        }
        map = new Overrides(settings, findings).Apply(map);
        var draft = new DocumentBinder(text, settings, findings, secrets).Read(map);
        if (settings.Level >= ValidationLevel.Topology) new TopologyCheck(draft, settings, findings).Run();
        if (settings.Level >= ValidationLevel.Environment) new EnvironmentCheck(draft, settings, findings).Run();
        if (findings.Reported > 0 || !draft.IsWhole) return null;
        var definition = draft.Finish(text.File, settings.FullOutputRoot);
        if (settings.Level >= ValidationLevel.Topology)
            foreach (var problem in definition.Streams.SelectMany(s => GraphChecks.Check(new(s)))) findings.Error(ProblemCode.LossBehindLatency, problem.Position, problem.Message, problem.Advice);
        return definition;
    }
}
