using System.Text.RegularExpressions;

namespace SegPipe.Configuration;

/// <summary>The text of a pipeline and the name that its findings carry.</summary>
/// <param name="File">The file as the user named it.</param>
/// <param name="Text">Its contents.</param>
public sealed partial record PipelineText(string File, string Text)
{
    internal const string Smallest = "the smallest pipeline: `sources: { in: { type: street } }` and `sinks: { out: { type: null, from: in.picture } }`; see pipelines/ for more";

    /// <summary>The text's lines without their ends.</summary>
    public IReadOnlyList<string> Lines { get; } = LineEnd().Split(Text);

    // YAML's line breaks: positions count by them.
    [GeneratedRegex("\r\n|[\r\n\u0085\u2028\u2029]")]
    private static partial Regex LineEnd();
}
