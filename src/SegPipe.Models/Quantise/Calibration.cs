using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SegPipe.Models.Import;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Quantise;

/// <summary>Runs a float network on pictures and notes the ranges of the values inside it.</summary>
internal static class Calibration
{
    /// <summary>Ranges of values by name.</summary>
    /// <param name="model">The float network.</param>
    /// <param name="picture">What the network wants to be given.</param>
    /// <param name="values">Values to be watched, none twice; what is not float is left out of the answer.</param>
    /// <param name="pictures">Prepared pictures, at least one.</param>
    /// <param name="share">Share of a value's elements that its range is to hold, above 0 up to 1.</param>
    /// <param name="runs">The runtime.</param>
    /// <exception cref="SegPipeException">65 if the runtime refuses the network, or a value is not finite.</exception>
    public static Dictionary<string, CalibratedValue> Run(ModelProto model, CardInput picture, IReadOnlyList<string> values, IReadOnlyList<byte[]> pictures, double share, INetworkRuns runs)
    {
        var inputs = model.Graph.Input.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        var inner = values.Where(value => !inputs.Contains(value)).ToArray();
        var histograms = values.ToDictionary(value => value, _ => new RangeHistogram(), StringComparer.Ordinal);
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        using var network = runs.Open(ModelBytes.WithOutputs(model, inner), picture);
        foreach (var prepared in pictures)
        {
            foreach (var input in values.Where(inputs.Contains)) histograms[input].Bound(PictureValues(prepared));
            network.Run(prepared, (index, shape, found) =>
            {
                if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes(found)))
                    throw new SegPipeException(ExitCode.InputUnusable, $"The value '{inner[index]}' of the network is not finite on a calibration picture.", "Check the model: segpipe models verify");
                histograms[inner[index]].Bound(found);
                shapes[inner[index]] = shape;
            });
        }

        foreach (var prepared in pictures)
        {
            foreach (var input in values.Where(inputs.Contains)) histograms[input].Count(PictureValues(prepared));
            network.Run(prepared, (index, _, found) => histograms[inner[index]].Count(found));
        }

        foreach (var input in values.Where(inputs.Contains)) shapes[input] = [];
        return shapes.ToDictionary(pair => pair.Key, pair => new CalibratedValue(histograms[pair.Key].Clipped(share), pair.Value), StringComparer.Ordinal);
    }

    private static ReadOnlySpan<float> PictureValues(byte[] picture) => MemoryMarshal.Cast<byte, float>(picture);
}
