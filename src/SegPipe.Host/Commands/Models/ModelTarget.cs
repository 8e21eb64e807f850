namespace SegPipe.Host.Commands.Models;

/// <summary>The file that a command makes of a model.</summary>
internal static class ModelTarget
{
    /// <summary>Refuses names that cannot be written to.</summary>
    /// <param name="target">The file to be written.</param>
    /// <param name="source">The file that it is made of.</param>
    /// <param name="force">Whether an older file may be replaced.</param>
    /// <param name="done">What is done to the source, as in "imported".</param>
    /// <exception cref="SegPipeException">64 if the name is wrong or the source's, 73 if there is such a file.</exception>
    public static void Require(string target, string source, bool force, string done)
    {
        if (!target.EndsWith(".onnx", StringComparison.Ordinal)) throw new SegPipeException(ExitCode.Usage, $"The model {target} must end in .onnx.", "Give --out NAME.onnx.");
        if (Path.GetFullPath(target) == Path.GetFullPath(source)) throw new SegPipeException(ExitCode.Usage, $"{target} is the file that is {done}.", "Give --out another name.");
        if (File.Exists(target) && !force) throw new SegPipeException(ExitCode.CannotCreate, $"The model {target} is there already.", "Add --force to replace it, or give --out another name.");
    }
}
