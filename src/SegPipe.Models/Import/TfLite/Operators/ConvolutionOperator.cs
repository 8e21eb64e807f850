using System.Runtime.InteropServices;
using SegPipe.Models.Import.TfLite.Arithmetic;

namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>CONV_2D and DEPTHWISE_CONV_2D: weights become channel-first, one group a channel where it is depthwise.</summary>
[TfLiteOperator(3, "CONV_2D")]
[TfLiteOperator(4, "DEPTHWISE_CONV_2D")]
internal sealed class ConvolutionOperator : ITfLiteOperator
{
    private const int Depthwise = 4;

    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 2);
        var (input, weights, output) = (to.Tensor(op.Inputs[0]), to.Tensor(op.Inputs[1]), to.Tensor(op.Outputs[0]));
        if (weights.Shape.Length != 4 || weights.Count == 0 || input.Shape.Length != 4) throw to.Unsupported(op, "has weights or an input without four axes");
        var depthwise = op.Kind == Depthwise;
        // Both keep [·, rows, columns, ·]; a depthwise kernel has its channels last.
        int[] order = depthwise ? [3, 0, 1, 2] : [0, 3, 1, 2];
        var shape = Array.ConvertAll(order, axis => (long)weights.Shape[axis]);
        var groups = depthwise ? input.Shape[3] : input.Shape[3] / shape[1];
        if (groups < 1 || shape[0] % groups != 0 || groups * shape[1] != input.Shape[3])
            throw to.Unsupported(op, $"has weights [{string.Join(", ", weights.Shape)}] for {input.Shape[3]} channels");
        if (weights.Quantisation is { PerChannel: true } scales && scales.Axis != order[0]) throw to.Unsupported(op, $"has weights with scales along axis {scales.Axis}");
        var bias = op.Inputs.Length > 2 && op.Inputs[2] >= 0 ? to.Tensor(op.Inputs[2]) : null;
        if (bias is not null && bias.Count != shape[0]) throw to.Unsupported(op, $"has {bias.Count} biases for {shape[0]} channels");

        var dilation = depthwise ? (op.Options.Int32(6, 1), op.Options.Int32(5, 1)) : (op.Options.Int32(5, 1), op.Options.Int32(4, 1));
        var window = Window.Of(op, to, input.Shape, (weights.Shape[1], weights.Shape[2]), dilation);
        var activation = Activation.Range(op, to, op.Options.Byte(depthwise ? 4 : 3));
        var attributes = window.Attributes(dilated: true);
        attributes.Add(("group", groups));
        string Node(params string[] inputs) => to.Graph.Node("Conv", inputs, TfLiteConversion.HintOf(output), CollectionsMarshal.AsSpan(attributes));

        if (to.StaysQuantised(input) && to.StaysQuantised(output) && weights is { IsQuantised: true, IsConstant: true })
        {
            var kernel = new QuantisedKernel(weights, order, input.Zero, window.Pads.Any(pad => pad != 0));
            var stored = bias is null ? new long[shape[0]] : to.Integers(op, bias.Index);
            var channels = kernel.Channels(input, output, stored, TfLiteConversion.Results(output, activation));
            var way = to.Way(channels, output.Zero, centred: true);
            var offsets = way.Form == RequantisationForm.Offset ? way.Offsets : Array.ConvertAll(channels, channel => (float)channel.Bias);
            var sum = Node(to.Differences(input.Index, kernel.InputZero), to.AddDifferences(weights, kernel.Bytes, shape), to.AddFloats(bias ?? weights, offsets, shape[0]));
            to.SetSums(output.Index, sum, way, channels);
            return;
        }

        var real = to.AddFloats(weights, ConstantReader.Permute<float>(to.Floats(op, weights.Index), weights.Shape, order), shape);
        var value = bias is null
            ? Node(to.Real(input.Index), real)
            : Node(to.Real(input.Index), real, to.AddFloats(bias, Lifted(to.Floats(op, bias.Index), input, weights, output), shape[0]));
        to.SetReal(output.Index, value, activation: activation);
    }

    /// <summary>
    /// The biases, higher by what the integer kernels' two roundings add on average to results above zero: a small amount that all
    /// channels share, so that it adds up from layer to layer.
    /// </summary>
    private static float[] Lifted(float[] biases, TfLiteTensor input, TfLiteTensor weights, TfLiteTensor output)
    {
        if (!input.IsQuantised || !output.IsQuantised || !weights.IsQuantised || output.Zero != 0) return biases;
        return [.. biases.Select((bias, channel) => bias + (float)(QuantisedKernel.Factor(input, weights, output, channel).Lift * output.Scale))];
    }
}
