using SegPipe.Frames;
using SegPipe.Models.Import;
using SegPipe.Models.Import.OnnxFile;

namespace SegPipe.Models.Quantise;

/// <summary>How a model is to be quantised.</summary>
internal sealed record QuantisationOptions
{
    /// <summary>Operators to be quantised, of <see cref="QuantisedOperators.All"/>.</summary>
    public IReadOnlyList<string> Operators { get; init; } = QuantisedOperators.All;

    /// <summary>Share of a value's elements that its range holds, above 0 up to 1.</summary>
    public double Share { get; init; } = 0.9999;

    /// <summary>Whether weights have seven bits, for processors whose 8-bit products saturate (AVX2 and AVX-512 without VNNI).</summary>
    public bool ReducesRange { get; init; }
}

/// <summary>What a quantisation made.</summary>
/// <param name="Model">The finished model.</param>
/// <param name="FloatBytes">Size of the float model.</param>
/// <param name="Quantised">How many nodes of each operator were quantised.</param>
/// <param name="Agreement">Share of cells that have the same class in both models, over the calibration pictures.</param>
/// <param name="Check">The result's first run.</param>
internal sealed record QuantisationResult(ModelFile Model, long FloatBytes, IReadOnlyDictionary<string, int> Quantised, double Agreement, CheckedRun Check);

/// <summary>Makes an integer model of a float one: calibrates it on pictures, rewrites it, runs it once and only then gives it its name.</summary>
/// <param name="check">The runtime that the result is meant for.</param>
/// <param name="runs">The same, for calibration.</param>
internal sealed class ModelQuantisation(INetworkCheck check, INetworkRuns runs)
{
    // Scales per channel came with this operator set.
    private const int OldestOpset = 13;

    // Integer kernels for up to 16 channels take as long as the float ones, which hold 16 in a register, or twice as long.
    private const int FewestChannels = 17;

    /// <summary>Refuses models that cannot be quantised, before pictures are prepared for them.</summary>
    /// <exception cref="SegPipeException">65 if it puts out class maps, is quantised already or is too old.</exception>
    public static void Require(ModelFile model)
    {
        if (model.Card.Output.Kind == LogitsContent.Labels)
            throw new SegPipeException(ExitCode.InputUnusable, $"{model.Path} puts out class maps, no logits: what rounding costs it could not be told.", "Quantise a model that puts out logits.");
        if (OnnxQuantisation.Describe(OnnxContent.Read(model.Path).Graph) is { } already)
            throw new SegPipeException(ExitCode.InputUnusable, $"{model.Path} is quantised already ({already}).", "Start from the float model.");
        if (model.Graph.Opset < OldestOpset)
            throw new SegPipeException(ExitCode.InputUnusable, $"{model.Path} is for operator set {model.Graph.Opset}; scales per channel need {OldestOpset}.", "Export it for a newer one.");
    }

    /// <summary>Quantises one model.</summary>
    /// <param name="model">A model that <see cref="Require"/> lets pass.</param>
    /// <param name="target">The ONNX file to be written; an older one is replaced.</param>
    /// <param name="pictures">Prepared pictures, at least one.</param>
    /// <param name="options">What the command line says.</param>
    /// <exception cref="SegPipeException">65 if nothing in it can be quantised or the runtime refuses it; nothing is left behind then.</exception>
    public QuantisationResult Run(ModelFile model, string target, IReadOnlyList<byte[]> pictures, QuantisationOptions options)
    {
        var network = OnnxContent.Read(model.Path);
        RuntimeForms.Apply(network.Graph);
        var quantiser = new GraphQuantiser(network.Graph, options.Operators.ToHashSet(StringComparer.Ordinal));
        var calibrated = Calibration.Run(network, model.Card.Input, [.. quantiser.Values().Union(RuntimeForms.FactorValues(network.Graph))], pictures, options.Share, runs);
        quantiser.KeepWhatPays(calibrated, FewestChannels);
        if (quantiser.Chosen.Count == 0)
            throw new SegPipeException(ExitCode.InputUnusable, $"{model.Path} holds nothing to be quantised: none of {string.Join(", ", options.Operators)} with float weights.", "Ask for other operators by --operators.");
        RuntimeForms.SpreadFactors(network.Graph, calibrated.ToDictionary(pair => pair.Key, pair => pair.Value.Shape), quantiser.Chooses);
        quantiser.Apply(calibrated, options.ReducesRange ? 63 : 127);
        network.ProducerName = "SegPipe";
        var card = model.Card with { Name = Path.GetFileNameWithoutExtension(target), Quantisation = Describe(quantiser.Chosen, pictures.Count, options) };
        var (file, run) = new ModelWriting(check).Write(network, card, target, partial => Agreement(model, partial, pictures));
        return new(file, model.Bytes, quantiser.Chosen, run.Extra, run.Check);
    }

    private static string Describe(IReadOnlyDictionary<string, int> chosen, int pictures, QuantisationOptions options) =>
        $"uint8 activations, int{(options.ReducesRange ? 7 : 8)} weights per channel; {string.Join(", ", chosen.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"))}; {pictures} pictures, {100 * options.Share:0.####} %";

    private double Agreement(ModelFile first, string second, IReadOnlyList<byte[]> pictures)
    {
        var (same, cells) = (0L, 0L);
        using var one = runs.Open(File.ReadAllBytes(first.Path), first.Card.Input);
        using var other = runs.Open(File.ReadAllBytes(second), first.Card.Input);
        foreach (var picture in pictures)
        {
            byte[] a = [], b = [];
            one.Run(picture, (_, _, logits) => a = Winners(logits, first.Card.Classes.Count));
            other.Run(picture, (_, _, logits) => b = Winners(logits, first.Card.Classes.Count));
            same += a.Zip(b).Count(pair => pair.First == pair.Second);
            cells += a.Length;
        }

        return (double)same / cells;
    }

    private static byte[] Winners(ReadOnlySpan<float> logits, int classes)
    {
        var winners = new byte[logits.Length / classes];
        for (var cell = 0; cell < winners.Length; cell++)
        {
            var best = 0;
            for (var plane = 1; plane < classes; plane++)
                if (logits[plane * winners.Length + cell] > logits[best * winners.Length + cell]) best = plane;
            winners[cell] = (byte)best;
        }

        return winners;
    }
}
