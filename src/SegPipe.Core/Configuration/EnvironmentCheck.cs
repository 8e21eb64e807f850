using SegPipe.Components;

namespace SegPipe.Configuration;

/// <summary>Checks what this machine must have: inputs, writable output folders, memory. Leaves nothing behind.</summary>
internal sealed class EnvironmentCheck(PipelineDraft draft, ReadSettings settings, Findings findings)
{
    public void Run()
    {
        foreach (var (id, model) in draft.Models)
        {
            if (!string.IsNullOrEmpty(model.Options.Path) && !Unresolved(model.Options.Path))
                Input(model.Options.Path, $"model `{id}`", model.Positions.GetValueOrDefault("path", model.Position));
        }
        if (draft.Http?.TokenFile is { } token && !Unresolved(token)) Input(token, "`http`", draft.HttpPosition);
        new HttpCheck(draft, settings, findings).Token();
        foreach (var component in draft.Streams.SelectMany(s => s.Components))
        {
            foreach (var (option, path) in OutputPaths.Of<InputPathAttribute>(component)) Input(path, component.What, component.At(option));
            foreach (var (option, path) in OutputPaths.Of<OutputPathAttribute>(component)) Output(path, component, component.At(option));
        }
        if (draft.Limits.Memory is { } memory && MemoryBudget.Available() is var available && memory > available)
            findings.Warn(ProblemCode.MemoryAboveMachine, draft.LimitsPosition, $"`memory` is {ByteSize.Format(memory)}, but there are {ByteSize.Format(available)} only");
    }

    private void Input(string path, string what, SourcePosition at)
    {
        var full = Path.GetFullPath(path, settings.WorkingFolder);
        try
        {
            if (Directory.Exists(full)) _ = Directory.EnumerateFileSystemEntries(full).Any();
            else File.OpenHandle(full).Dispose();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            var folder = Path.GetDirectoryName(full);
            var near = Directory.Exists(folder) ? Suggestion.Clause(Path.GetFileName(full), Directory.EnumerateFileSystemEntries(folder).Select(f => Path.GetFileName(f))) : "";
            findings.Error(ProblemCode.InputMissing, at, $"`{path}` of {what} does not exist{near}", Path.IsPathRooted(path) ? null : $"searched from {settings.WorkingFolder}", ExitCode.InputMissing);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Error(ProblemCode.InputUnreadable, at, $"`{path}` of {what} cannot be read: {e.Message}", exit: ExitCode.InputUnusable);
        }
    }

    private void Output(string path, DraftComponent component, SourcePosition at)
    {
        var root = settings.FullOutputRoot;
        var full = Path.GetFullPath(path, root);
        if (!OutputRoot.Contains(root, full))
            findings.Error(ProblemCode.OutputOutside, at, $"`{path}` of {component.What} leads out of the output folder {root}", "write below it, or choose another output folder");
        else if (OutputRoot.WhyNotWritable(full) is { } reason)
            findings.Error(ProblemCode.OutputImpossible, at, $"`{path}` of {component.What} cannot be created: {reason}", exit: ExitCode.CannotCreate);
    }

    private static bool Unresolved(string path) => path.Contains("${", StringComparison.Ordinal);
}
