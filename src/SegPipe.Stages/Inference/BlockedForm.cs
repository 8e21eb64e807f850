using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Models;
using SegPipe.Models.Import;
using SegPipe.Models.Import.OnnxFile;
using SegPipe.Models.Onnx;
using SegPipe.Models.Quantise;

namespace SegPipe.Stages.Inference;

/// <summary>
/// What <c>models optimize</c> writes, made of a model while it is loaded: the processor's kernels compute it in their own memory layout from end to end. The file
/// stays what it is.
/// </summary>
internal static class BlockedForm
{
    // The forms that are written are those of this operator set.
    private const int OldestOpset = 13;

    // One message of protobuf holds no more than twice as much.
    private const long MostBytes = 1L << 30;

    /// <summary>The rewritten model, or null where the file itself is as quick: class maps, integer networks, or networks without a factor per channel.</summary>
    public static byte[]? Of(ModelFile model)
    {
        if (model.Card.Output.Kind != LogitsContent.Logits || model.Graph.Opset < OldestOpset || model.Bytes > MostBytes) return null;
        var network = OnnxContent.Read(model.Path);
        if (OnnxQuantisation.Describe(network.Graph) is not null) return null;
        RuntimeForms.Apply(network.Graph);
        string[] values = [.. RuntimeForms.FactorValues(network.Graph).Distinct(StringComparer.Ordinal)];
        if (values.Length == 0 || network.CalculateSize() > MostBytes) return null;
        return RuntimeForms.SpreadFactors(network.Graph, Shapes(network, values), _ => false) > 0 ? network.ToByteArray() : null;
    }

    // Axes are inferred while a graph is loaded; one that is open is no number above 0 and fits nothing.
    private static Dictionary<string, IReadOnlyList<long>> Shapes(ModelProto network, string[] values)
    {
        using var options = ExecutionProviders.Configure(ModelProvider.Cpu, threads: 1);
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        try
        {
            using var session = new InferenceSession(ModelBytes.WithOutputs(network, values), options);
            return values.ToDictionary(value => value, value => (IReadOnlyList<long>)[.. session.OutputMetadata[value].Dimensions.Select(axis => (long)axis)], StringComparer.Ordinal);
        }
        catch (OnnxRuntimeException)
        {
            // What is wrong with the network is said where it is loaded as it is.
            return [];
        }
    }
}
