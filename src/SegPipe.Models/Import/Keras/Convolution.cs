namespace SegPipe.Models.Import.Keras;

/// <summary>What convolutions and depthwise convolutions have in common: window, zeros, bias, activation.</summary>
internal static class Convolution
{
    /// <summary>The result of a convolution whose weights are in ONNX's order already.</summary>
    /// <param name="call">The layer.</param>
    /// <param name="weights">Outputs, inputs of a group, rows, columns.</param>
    /// <param name="shape">Lengths of these axes.</param>
    /// <param name="bias">One number an output, or null.</param>
    /// <param name="groups">Groups of inputs.</param>
    public static KerasTensor Of(KerasLayerCall call, float[] weights, long[] shape, float[]? bias, int groups)
    {
        var input = call.Map;
        var outputs = (int)shape[0];
        if (bias is not null && bias.Length != outputs) throw call.Fault($"its bias has {bias.Length} numbers for {outputs} channels");
        var (strides, rates) = (call.Config.Pair("strides", 1), call.Config.Pair("dilation_rate", 1));
        var (rows, columns) = ((int)shape[2], (int)shape[3]);
        var padding = call.Config.Text("padding", "valid") switch
        {
            "valid" => default,
            "same" => Same(input, (rows, columns), strides, rates),
            var other => throw call.Fault($"padding '{other}' is not supported"),
        };
        var cells = call.Shaped(
            Cells(input.Rows + padding.Top + padding.Bottom, rows, strides.Rows, rates.Rows),
            Cells(input.Columns + padding.Left + padding.Right, columns, strides.Columns, rates.Columns),
            outputs);

        // Both kinds of zeros are the same to a convolution, so that a padding layer before it needs no node.
        var source = input;
        while (source is PaddedTensor padded) (source, padding) = (padded.Source, padding + padded.Padding);
        var result = new ConvolutionTensor(cells, source, call.Layer.Name)
        {
            Weights = weights,
            WeightShape = shape,
            Bias = bias ?? new float[outputs],
            Strides = strides,
            Rates = rates,
            Padding = padding,
            Groups = groups,
        };
        return Activations.Apply(call, result, call.Config.Text("activation", "linear"));
    }

    private static KerasPadding Same(KerasTensor input, (int Rows, int Columns) kernel, (int Rows, int Columns) strides, (int Rows, int Columns) rates)
    {
        var (top, bottom) = KerasPadding.Same(input.Rows, kernel.Rows, strides.Rows, rates.Rows);
        var (left, right) = KerasPadding.Same(input.Columns, kernel.Columns, strides.Columns, rates.Columns);
        return new(top, bottom, left, right);
    }

    private static int Cells(int length, int kernel, int stride, int rate) =>
        (int)Math.Max(0, (length - ((kernel - 1L) * rate + 1)) / stride + (length > (kernel - 1L) * rate ? 1 : 0));
}
