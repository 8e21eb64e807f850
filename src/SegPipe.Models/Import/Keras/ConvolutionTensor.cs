using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.Keras;

/// <summary>
/// The result of a convolution that is written when it is first asked for, so that a batch normalisation behind it can be folded into its
/// weights before.
/// </summary>
internal sealed class ConvolutionTensor(int[] shape, KerasTensor source, string name) : KerasTensor(shape)
{
    private string? _value;

    /// <summary>Weights as ONNX has them: outputs, inputs of a group, rows, columns.</summary>
    public required float[] Weights { get; init; }

    /// <summary>Lengths of the weights' axes.</summary>
    public required long[] WeightShape { get; init; }

    /// <summary>One number an output.</summary>
    public required float[] Bias { get; init; }

    /// <summary>Steps on both axes.</summary>
    public required (int Rows, int Columns) Strides { get; init; }

    /// <summary>Atrous rates on both axes.</summary>
    public required (int Rows, int Columns) Rates { get; init; }

    /// <summary>Zeros around the input.</summary>
    public required KerasPadding Padding { get; init; }

    /// <summary>Groups of inputs that do not see each other.</summary>
    public required int Groups { get; init; }

    /// <summary>Multiplies each output by a factor and adds a number, in the weights.</summary>
    public void Fold(ReadOnlySpan<double> factors, ReadOnlySpan<double> additions)
    {
        if (_value is not null) throw new InvalidOperationException("The convolution is written already.");
        var each = Weights.Length / Bias.Length;
        for (var output = 0; output < Bias.Length; output++)
        {
            for (var i = output * each; i < (output + 1) * each; i++) Weights[i] = (float)(Weights[i] * factors[output]);
            Bias[output] = (float)(Bias[output] * factors[output] + additions[output]);
        }
    }

    public override string Value(OnnxGraphBuilder graph) => _value ??= graph.Node(
        "Conv",
        [source.Value(graph), graph.Constant<float>($"{name}/kernel", Weights, WeightShape), graph.Constant<float>($"{name}/bias", Bias, Bias.Length)],
        name,
        ("kernel_shape", new[] { WeightShape[2], WeightShape[3] }),
        ("strides", new long[] { Strides.Rows, Strides.Columns }),
        ("dilations", new long[] { Rates.Rows, Rates.Columns }),
        ("pads", new long[] { Padding.Top, Padding.Left, Padding.Bottom, Padding.Right }),
        ("group", (long)Groups));
}
