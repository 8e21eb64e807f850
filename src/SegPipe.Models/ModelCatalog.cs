namespace SegPipe.Models;

/// <summary>The models that came with the program: <c>assets/*.onnx</c>.</summary>
public static class ModelCatalog
{
    /// <summary>Name of the demonstration model.</summary>
    public const string Default = "street-tiny";

    /// <summary>Paths of the models, by name.</summary>
    public static IReadOnlyList<string> Paths() =>
        [.. Directory.EnumerateFiles(Home.Asset(), "*.onnx").Order(StringComparer.Ordinal)];

    /// <summary>The file that a name or a path means: a text with a separator or an extension is a path.</summary>
    /// <exception cref="SegPipeException">66 if there is no model of that name.</exception>
    public static string Find(string nameOrPath)
    {
        if (Path.GetFileName(nameOrPath) != nameOrPath || Path.HasExtension(nameOrPath) || File.Exists(nameOrPath)) return nameOrPath;
        var paths = Paths();
        return paths.FirstOrDefault(path => Path.GetFileNameWithoutExtension(path) == nameOrPath)
            ?? throw new SegPipeException(ExitCode.InputMissing,
                $"There is no model '{nameOrPath}'; known: {string.Join(", ", paths.Select(Path.GetFileNameWithoutExtension))}.",
                "Name one of these, or the path of an ONNX file.");
    }
}
