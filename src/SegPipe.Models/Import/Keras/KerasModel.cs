using System.Text.Json;

namespace SegPipe.Models.Import.Keras;

/// <summary>One output of one call of a layer.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Call">Which call, counted from 0.</param>
/// <param name="Output">Which of its outputs, counted from 0.</param>
internal readonly record struct KerasReference(string Layer, int Call, int Output);

/// <summary>A layer as <c>config.json</c> or the attribute <c>model_config</c> describes it.</summary>
internal sealed record KerasLayer
{
    /// <summary>Its class, for example <c>DepthwiseConv2D</c>.</summary>
    public required string Class { get; init; }

    /// <summary>Its name, unique in the network.</summary>
    public required string Name { get; init; }

    /// <summary>Its arguments.</summary>
    public required JsonElement Config { get; init; }

    /// <summary>What it is called with, call by call; an input layer is called once, with nothing.</summary>
    public required IReadOnlyList<IReadOnlyList<KerasReference>> Calls { get; init; }
}

/// <summary>A network's layers in the order of the file, and what it takes and gives.</summary>
internal sealed record KerasModel
{
    /// <summary>What errors call the file.</summary>
    public required string Label { get; init; }

    /// <summary>The layers.</summary>
    public required IReadOnlyList<KerasLayer> Layers { get; init; }

    /// <summary>What it gives.</summary>
    public required IReadOnlyList<KerasReference> Outputs { get; init; }

    /// <summary>The error for a network that is wrong or not supported.</summary>
    public SegPipeException Fault(string what, string? advice = null) => Fault(Label, what, advice);

    /// <summary>The same before there is a network. Names out of a stranger's file are made short and clean enough for one line.</summary>
    public static SegPipeException Fault(string label, string what, string? advice)
    {
        const int longest = 300;
        var line = new string([.. what.Take(longest).Select(c => char.IsControl(c) ? '?' : c)]);
        return new(ExitCode.InputUnusable, $"{label}: {line}{(what.Length > longest ? "…" : ".")}", advice);
    }
}
