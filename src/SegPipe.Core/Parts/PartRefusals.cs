using SegPipe.Configuration;

namespace SegPipe.Parts;

/// <summary>What a pipeline must not have where its videos are run in parts.</summary>
public static class PartRefusals
{
    /// <summary>Reads a pipeline for a batch: the findings of the reading, and those of what cannot be run in parts, in the order of the text.</summary>
    /// <param name="text">The pipeline's text.</param>
    /// <param name="settings">As for reading it; the input is another one in turn.</param>
    public static IReadOnlyList<PipelineProblem> Of(PipelineText text, ReadSettings settings)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(settings);
        var read = PipelineReader.Read(text, settings with { Level = ValidationLevel.Topology, InputPath = ProbeInput });
        return read.Definition is { } definition ? [.. read.Problems, .. new PartChecks(definition).Run()] : read.Problems;
    }

    /// <summary>A name that nobody writes into a pipeline: where it turns up, <c>${input…}</c> stood.</summary>
    internal const string ProbeStem = "segpipe-input-7f3e9b62";

    internal const string ProbeInput = "/" + ProbeStem + ".mp4";
}
