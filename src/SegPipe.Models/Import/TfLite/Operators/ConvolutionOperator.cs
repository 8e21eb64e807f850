using System.Runtime.InteropServices;

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
        var groups = depthwise ? input.Shape[3] : shape[1] == 0 ? 0 : input.Shape[3] / shape[1];
        if (groups < 1 || shape[0] % groups != 0 || groups * shape[1] != input.Shape[3])
            throw to.Unsupported(op, $"has weights [{string.Join(", ", weights.Shape)}] for {input.Shape[3]} channels");

        var options = op.Options;
        var dilation = depthwise ? (options.Int32(6, 1), options.Int32(5, 1)) : (options.Int32(5, 1), options.Int32(4, 1));
        var window = Window.Of(op, to, input.Shape, (weights.Shape[1], weights.Shape[2]), dilation);
        List<string> inputs = [to.Real(input.Index), .. Constants(op, to, order, shape)];
        var attributes = window.Attributes(dilated: true);
        attributes.Add(("group", groups));
        var result = to.Graph.Node("Conv", [.. inputs], TfLiteConversion.HintOf(output), CollectionsMarshal.AsSpan(attributes));
        to.SetReal(output.Index, result, activation: Activation.Range(op, to, options.Byte(depthwise ? 4 : 3)));
    }

    private static List<string> Constants(TfLiteOperator op, TfLiteConversion to, int[] order, long[] shape)
    {
        var (input, weights) = (to.Tensor(op.Inputs[0]), to.Tensor(op.Inputs[1]));
        var bias = op.Inputs.Length > 2 && op.Inputs[2] >= 0 ? to.Tensor(op.Inputs[2]) : null;
        if (bias is not null && bias.Count != shape[0]) throw to.Unsupported(op, $"has {bias.Count} biases for {shape[0]} channels");
        if (!to.StaysQuantised(input) || !weights.IsQuantised || !weights.IsConstant)
        {
            var floats = ConstantReader.Permute<float>(to.Floats(op, weights.Index), weights.Shape, order);
            List<string> real = [to.AddFloats(TfLiteConversion.HintOf(weights), floats, shape)];
            if (bias is not null) real.Add(to.AddFloats(TfLiteConversion.HintOf(bias), to.Floats(op, bias.Index), shape[0]));
            return real;
        }

        List<string> constants = [to.AddQuantised(weights, ConstantReader.Permute<byte>(weights.Data.Span, weights.Shape, order), 0, shape)];
        if (bias is null) return constants;
        var stored = Array.ConvertAll(to.Integers(op, bias.Index), value => (int)value);
        var scales = Array.ConvertAll(weights.Quantisation!.Scales, scale => scale * input.Quantisation!.Scales[0]);
        constants.Add(to.AddBias(TfLiteConversion.HintOf(bias), stored, scales));
        return constants;
    }
}
