using SegPipe.Models.Import.TensorFlow.Bundles;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.TensorFlow.Networks;

/// <summary>Puts architecture and weights together.</summary>
internal static class TrainedNetwork
{
    private const string InputName = "input";

    /// <summary>The network that a bundle holds the weights of.</summary>
    /// <exception cref="SegPipeException">65: it is none that is known, or damaged.</exception>
    public static ImportedNetwork Import(TensorBundle bundle, ImportOptions options, ImportReport report)
    {
        if (Mosaic.WeightsOf(bundle) is { } members) return Import(new Mosaic(), members, options, report);
        if (ShuffleNetV2.Of(bundle) is { } network) return Import(network, bundle, options, report);
        throw new SegPipeException(ExitCode.InputUnusable,
            $"{bundle.Path} holds the variables of no network that is known, but {string.Join(", ", bundle.Names.Take(3).Select(Damage.Shown))}, …",
            "Checkpoints of ShuffleNetV2 (TensorFlow 1) and MOSAIC (TensorFlow 2) are read; of another network, import its frozen graph, TFLite or ONNX file.");
    }

    private static ImportedNetwork Import(INetworkArchitecture network, ITensorSource weights, ImportOptions options, ImportReport report)
    {
        var graph = new OnnxGraphBuilder(options.Name);
        var layers = new NetworkLayers(graph, weights.Path, 2 * weights.Bytes);
        var size = options.InputSize ?? network.Size;
        var logits = network.Build(layers.Input(InputName, size, size), new(weights, layers));
        var output = logits.Name;
        if (options.KeepHead)
        {
            output = layers.ArgMax(layers.Resize(logits, size, size, network.Coordinates, "whole"), "labels");
            graph.Output(output, OnnxType.Int64, 1, size.Height, size.Width);
        }
        else
        {
            graph.Output(output, OnnxType.Float, 1, logits.Channels, logits.Size.Height, logits.Size.Width);
        }

        foreach (var node in graph.Graph.Node) report.Count(node.OpType);
        report.Parameters += layers.Parameters;
        return new()
        {
            Graph = graph,
            Family = network.Family,
            Input = PictureInput.Of(InputName, size, network.Mean, network.Scale),
            Coordinates = network.Coordinates,
            Classes = PublishedClasses.Of(logits.Channels),
        };
    }
}
