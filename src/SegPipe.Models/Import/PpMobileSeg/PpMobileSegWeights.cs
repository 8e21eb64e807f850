using SegPipe.Models.Import.Pickle;

namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>A convolution with its batch normalisation folded in.</summary>
/// <param name="Weight">Values, [outputs, inputs of a group, rows, columns].</param>
/// <param name="Shape">Those lengths.</param>
/// <param name="Bias">A value an output.</param>
internal sealed record Convolution(float[] Weight, int[] Shape, float[] Bias)
{
    public int Outputs => Shape[0];

    /// <summary>Several 1×1 convolutions of the same input as one, whose outputs lie one behind the other.</summary>
    public static Convolution Beside(params Convolution[] parts) => new(
        [.. parts.SelectMany(p => p.Weight)],
        [parts.Sum(p => p.Outputs), .. parts[0].Shape[1..]],
        [.. parts.SelectMany(p => p.Bias)]);
}

/// <summary>The weights of a network, taken by name; every shape is checked against what its neighbours have.</summary>
internal sealed class PpMobileSegWeights(Checkpoint checkpoint, IReadOnlyDictionary<string, StoredTensor> tensors)
{
    private const double Epsilon = 1e-5;

    // Float16 weights double when they are read; beyond that tensors share their bytes, which no network of this family does.
    private readonly long _mayRead = checkpoint.Bytes * 2 + (1 << 20);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private long _read;

    /// <summary>Learnable values that were taken.</summary>
    public long Parameters { get; private set; }

    /// <summary>Names of tensors that nothing took, without counters of training.</summary>
    public IEnumerable<string> Unused => tensors.Keys.Where(n => !_used.Contains(n) && !n.EndsWith(".num_batches_tracked", StringComparison.Ordinal));

    /// <summary>Whether a tensor is there.</summary>
    public bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>How many modules of a list are there, told by one tensor of each.</summary>
    public int Count(string list, string tensor) => Enumerable.Range(0, 64).TakeWhile(i => Has($"{list}.{i}.{tensor}")).Count();

    /// <summary>A convolution and the normalisation behind it, as <c>.conv</c> and <c>.bn</c> of a module; each may be without one of bias and normalisation.</summary>
    /// <param name="module">The module's name.</param>
    /// <param name="inputs">Inputs of a group; 1 for depthwise.</param>
    /// <param name="outputs">Outputs, where neighbours decide them.</param>
    public Convolution Convolution(string module, int inputs, int? outputs = null)
    {
        var (weight, shape) = Take($"{module}.conv.weight", [outputs, inputs, null, null]);
        if (shape[2] != shape[3] || shape[2] % 2 == 0) throw Wrong($"{module}.conv.weight", shape, "an odd square kernel");
        var bias = Has($"{module}.conv.bias") ? Vector($"{module}.conv.bias", shape[0]) : new float[shape[0]];
        if (Has($"{module}.bn.weight")) Fold(module, weight, bias);
        return new(weight, shape, bias);
    }

    /// <summary>The head's last convolution, which stands without a module of its own.</summary>
    public Convolution Classifier(string module, int inputs)
    {
        var (weight, shape) = Take($"{module}.weight", [null, inputs, 1, 1]);
        return new(weight, shape, Vector($"{module}.bias", shape[0]));
    }

    /// <summary>A position embedding, [1, channels, any length].</summary>
    public (float[] Values, int Length) Positions(string name, int channels)
    {
        var (values, shape) = Take(name, [1, channels, null]);
        return (values, shape[2]);
    }

    /// <summary>A fault of a tensor or of a module.</summary>
    public SegPipeException Fault(string name, string cause) => CheckpointFault.In(checkpoint.Where, $"'{name}' {cause}");

    private void Fold(string module, float[] weight, float[] bias)
    {
        var channels = bias.Length;
        var (gamma, beta) = (Vector($"{module}.bn.weight", channels), Vector($"{module}.bn.bias", channels));
        var (mean, variance) = (Vector($"{module}.bn.running_mean", channels, learnable: false), Vector($"{module}.bn.running_var", channels, learnable: false));
        var size = weight.Length / channels;
        for (var c = 0; c < channels; c++)
        {
            var factor = gamma[c] / Math.Sqrt(variance[c] + Epsilon);
            foreach (ref var w in weight.AsSpan(c * size, size)) w = (float)(w * factor);
            bias[c] = (float)((bias[c] - mean[c]) * factor + beta[c]);
        }
    }

    private float[] Vector(string name, int length, bool learnable = true) => Take(name, [length], learnable).Values;

    private (float[] Values, int[] Shape) Take(string name, int?[] wanted, bool learnable = true)
    {
        var tensor = Find(name);
        var fits = tensor.Shape.Length == wanted.Length && tensor.Shape.Zip(wanted).All(axis => axis.First > 0 && (axis.Second ?? axis.First) == axis.First);
        if (!fits) throw Wrong(name, tensor.Shape, $"[{string.Join(", ", wanted.Select(n => n?.ToString() ?? "any"))}]");
        _used.Add(name);
        _read += 4L * tensor.Count;
        if (_read > _mayRead) throw CheckpointFault.In(checkpoint.Where, $"its tensors are larger than the file ({CheckpointFault.Quote(name)} is one too many)");
        if (learnable) Parameters += tensor.Count;
        return (tensor.Values(), tensor.Shape);
    }

    private StoredTensor Find(string name) => tensors.TryGetValue(name, out var tensor) ? tensor
        : throw CheckpointFault.In(checkpoint.Where, $"the tensor '{name}' is missing", name.StartsWith("decode_head", StringComparison.Ordinal)
            ? "This may be a backbone's pre-training, which has no classes; take the weights of the segmentation network." : null);

    private SegPipeException Wrong(string name, int[] shape, string wanted) =>
        CheckpointFault.In(checkpoint.Where, $"the tensor '{name}' has the shape [{string.Join(", ", shape)}] instead of {wanted}");
}
