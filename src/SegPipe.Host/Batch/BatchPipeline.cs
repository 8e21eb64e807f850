using System.Globalization;
using SegPipe.Configuration;
using SegPipe.Parts;

namespace SegPipe.Host.Batch;

/// <summary>A pipeline as a batch uses it: one text, read anew for every video.</summary>
internal sealed class BatchPipeline
{
    // Nothing of where videos lie and outputs go may find its way into what results are told apart by.
    private const string AnyInput = "/input.mp4", AnyOutput = "/output";

    private readonly PipelineText _text;
    private readonly ReadSettings _settings;

    /// <summary>Takes a text that <see cref="Check"/> has nothing against.</summary>
    /// <param name="text">The pipeline.</param>
    /// <param name="settings">What reading it depends on; the output root is the batch's folder.</param>
    /// <exception cref="SegPipeException">The text has an error, or a model's file cannot be read.</exception>
    public BatchPipeline(PipelineText text, ReadSettings settings)
    {
        (_text, _settings) = (text, settings);
        var definition = Read(settings with { Level = ValidationLevel.Topology, InputPath = AnyInput, OutputRoot = AnyOutput });
        Needs = PartNeeds.Of(definition);
        var models = ModelRevision.Of(definition.Models).ToDictionary(m => m.Key, m => m.Value with { Path = "" });
        Fingerprint = BatchNames.HashOf(string.Create(CultureInfo.InvariantCulture, $"{VersionText.Version}\n{StreamFingerprint.Of(definition.Streams[0], models)}"), 64);
        Name = definition.Name;
    }

    /// <summary>Name of the pipeline.</summary>
    public string Name { get; }

    /// <summary>What results are told apart by, besides the video: everything filled in, the models' files and the version of the program.</summary>
    public string Fingerprint { get; }

    /// <summary>What a segment needs of its neighbours.</summary>
    public PartNeeds Needs { get; }

    /// <summary>Segments that are worked on side by side: <c>limits.memory</c> is shared among them.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Reads a pipeline for a batch: what is wrong with it in itself, on this machine, and in pieces.</summary>
    /// <param name="text">The pipeline.</param>
    /// <param name="settings">What reading it depends on.</param>
    /// <param name="standIn">A file that is there, in place of the videos.</param>
    public static PipelineReadResult Check(PipelineText text, ReadSettings settings, string standIn)
    {
        var read = PipelineReader.Read(text, settings with { InputPath = standIn });
        return read.Succeeded ? read.With(PartRefusals.Of(text, settings).Where(p => p.Severity == Severity.Error)) : read;
    }

    /// <summary>The pipeline for one video.</summary>
    /// <param name="input">Full path of the video.</param>
    /// <exception cref="SegPipeException">The pipeline cannot serve this video.</exception>
    public PipelineDefinition For(string input)
    {
        var definition = Read(_settings with { Level = ValidationLevel.Topology, InputPath = input });
        return definition with { Limits = definition.Limits with { Memory = MemoryBudget.Of(definition.Limits) / Slots } };
    }

    /// <summary>Full paths of what is written for a video.</summary>
    /// <param name="input">Full path of the video.</param>
    /// <exception cref="SegPipeException">The pipeline cannot serve this video.</exception>
    public IReadOnlyList<string> OutputsFor(string input) => [.. PartJoin.OutputsOf(For(input))];

    private PipelineDefinition Read(ReadSettings settings)
    {
        var read = PipelineReader.Read(_text, settings);
        if (read.Definition is { } definition) return definition;
        var problem = read.Problems.First(p => p.Severity == Severity.Error);
        throw new SegPipeException(problem.ExitCode, read.Secrets.Redact($"{problem.Position}: {problem.Message}"), problem.Advice);
    }
}
