namespace SegPipe.Models.Import.TfLite;

/// <summary>How a convolution or pooling slides over its input.</summary>
internal sealed record Window
{
    private const int Same = 0;

    /// <summary>Rows and columns of the kernel.</summary>
    public required (int Rows, int Columns) Kernel { get; init; }

    /// <summary>Steps.</summary>
    public required (int Rows, int Columns) Stride { get; init; }

    /// <summary>Dilation.</summary>
    public (int Rows, int Columns) Dilation { get; init; } = (1, 1);

    /// <summary>Rows above, columns left, rows below, columns right.</summary>
    public required long[] Pads { get; init; }

    /// <summary>Reads stride and padding, and works out what SAME means for this input.</summary>
    /// <exception cref="SegPipeException">65 if the sizes are impossible.</exception>
    public static Window Of(TfLiteOperator op, TfLiteConversion to, int[] input, (int Rows, int Columns) kernel, (int Rows, int Columns) dilation)
    {
        var options = op.Options;
        (int Rows, int Columns) stride = (options.Int32(2), options.Int32(1));
        if (input.Length != 4) throw to.Unsupported(op, $"slides over {input.Length} axes instead of four");
        if (stride.Rows < 1 || stride.Columns < 1 || kernel.Rows < 1 || kernel.Columns < 1 || dilation.Rows < 1 || dilation.Columns < 1)
            throw to.Unsupported(op, $"has the kernel {kernel}, the stride {stride} and the dilation {dilation}");
        if (op.Folded is { } folded) return new() { Kernel = kernel, Stride = stride, Dilation = folded.Dilation, Pads = folded.Pads };
        var rows = Padding(options.Byte(0), input[1], kernel.Rows, stride.Rows, dilation.Rows);
        var columns = Padding(options.Byte(0), input[2], kernel.Columns, stride.Columns, dilation.Columns);
        return new() { Kernel = kernel, Stride = stride, Dilation = dilation, Pads = [rows.Before, columns.Before, rows.After, columns.After] };
    }

    /// <summary>The attributes of ONNX's operators.</summary>
    public List<(string Name, object Value)> Attributes(bool dilated)
    {
        List<(string, object)> attributes =
        [
            ("kernel_shape", new long[] { Kernel.Rows, Kernel.Columns }),
            ("strides", new long[] { Stride.Rows, Stride.Columns }),
            ("pads", Pads),
        ];
        if (dilated) attributes.Add(("dilations", new long[] { Dilation.Rows, Dilation.Columns }));
        return attributes;
    }

    // The odd row or column of padding goes to the end, unlike symmetric padding of other frameworks.
    private static (long Before, long After) Padding(int kind, int input, int kernel, int stride, int dilation)
    {
        if (kind != Same) return (0, 0);
        var outputs = (input + (long)stride - 1) / stride;
        var total = Math.Max(0, (outputs - 1) * stride + (kernel - 1L) * dilation + 1 - input);
        return (total / 2, total - total / 2);
    }
}
