using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SegPipe.Frames;
using SegPipe.Models.Import;
using SegPipe.Models.Import.OnnxFile;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Quantise;

/// <summary>What an optimisation made.</summary>
/// <param name="Model">The finished model.</param>
/// <param name="Nodes">Nodes of the graph that it was made of.</param>
/// <param name="Spread">Factors that were spread over their cells.</param>
/// <param name="Difference">Largest difference of a score to the original's, as a share of the largest score.</param>
/// <param name="Check">The result's first run.</param>
internal sealed record OptimisationResult(ModelFile Model, int Nodes, int Spread, double Difference, CheckedRun Check);

/// <summary>Rewrites a float model into forms that the runtime computes quicker, with the same results but for rounding.</summary>
/// <param name="check">The runtime that the result is meant for.</param>
/// <param name="runs">The same, for looking into the network.</param>
internal sealed class ModelOptimisation(INetworkCheck check, INetworkRuns runs)
{
    private const double MostDifference = 1e-3;

    private const int Seed = 1;

    /// <summary>Optimises one model.</summary>
    /// <param name="model">A float model that puts out logits.</param>
    /// <param name="target">The ONNX file to be written; an older one is replaced.</param>
    /// <exception cref="SegPipeException">65 if it cannot be optimised, or does not compute the same afterwards; nothing is left behind then.</exception>
    public OptimisationResult Run(ModelFile model, string target)
    {
        ModelQuantisation.Require(model);
        var network = OnnxContent.Read(model.Path);
        var nodes = network.Graph.Node.Count;
        var picture = Noise(model.Card.Input);
        RuntimeForms.Apply(network.Graph);
        var spread = RuntimeForms.SpreadFactors(network.Graph, Shapes(network, model.Card.Input, picture), _ => false);
        var card = model.Card with { Name = Path.GetFileNameWithoutExtension(target) };
        var (file, run) = new ModelWriting(check).Write(network, card, target, partial => Difference(model, partial, picture));
        return new(file, nodes, spread, run.Extra, run.Check);
    }

    private Dictionary<string, IReadOnlyList<long>> Shapes(ModelProto network, CardInput input, byte[] picture)
    {
        string[] values = [.. RuntimeForms.FactorValues(network.Graph).Distinct(StringComparer.Ordinal)];
        var shapes = new Dictionary<string, IReadOnlyList<long>>(StringComparer.Ordinal);
        if (values.Length == 0) return shapes;
        using var run = runs.Open(ModelBytes.WithOutputs(network, values), input);
        run.Run(picture, (index, shape, _) => shapes[values[index]] = shape);
        return shapes;
    }

    private double Difference(ModelFile model, string optimised, byte[] picture)
    {
        var (before, after) = (Logits(model.Path, model.Card.Input, picture), Logits(optimised, model.Card.Input, picture));
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(before));
        TensorPrimitives.Subtract(after, before, after);
        var difference = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(after)) / (double)Math.Max(largest, float.Epsilon);
        return difference <= MostDifference ? difference : throw new SegPipeException(ExitCode.InputUnusable,
            $"{model.Path} does not compute the same when rewritten: a score differs by {100 * difference:0.##} % of the largest one.", "Keep the model as it is.");
    }

    private float[] Logits(string path, CardInput input, byte[] picture)
    {
        float[] logits = [];
        using var run = runs.Open(File.ReadAllBytes(path), input);
        run.Run(picture, (_, _, values) => logits = values.ToArray());
        return logits;
    }

    private static byte[] Noise(CardInput input)
    {
        var (random, samples) = (new Random(Seed), 3 * input.Size.Width * input.Size.Height);
        if (input.Element == ElementType.UInt8)
        {
            var bytes = new byte[samples];
            random.NextBytes(bytes);
            return bytes;
        }

        var values = new float[samples];
        for (var i = 0; i < samples; i++) values[i] = 2 * random.NextSingle() - 1;
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}
