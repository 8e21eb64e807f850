using SegPipe.Configuration;

namespace SegPipe.Host.Cluster;

/// <summary>How a pipeline that came from elsewhere is read: it sees neither the variables nor the files of the machine that it runs on.</summary>
internal static class SubmittedPipeline
{
    /// <summary>The text, where it asks for no file's content.</summary>
    /// <exception cref="SegPipeException">78 where it does.</exception>
    public static string Require(string text) => text.Contains("${file:", StringComparison.Ordinal)
        ? throw new SegPipeException(ExitCode.Configuration, "A submitted pipeline must not read files by ${file:…}: workers would hand them out.", "Take it out; a batch needs no secrets.")
        : text;

    /// <summary>What reading it depends on.</summary>
    /// <param name="outputs">The batch's folder.</param>
    /// <param name="overrides">Arguments of <c>--set</c>.</param>
    public static ReadSettings Settings(string outputs, IReadOnlyList<string> overrides) => new()
    {
        Catalog = BuildComponents.Catalog,
        Level = ValidationLevel.Topology,
        WorkingFolder = outputs,
        OutputRoot = outputs,
        Overrides = overrides,
    };
}
