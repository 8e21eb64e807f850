using System.Runtime.InteropServices;

namespace SegPipe.Models.Import.TfLite.Folding;

/// <summary>
/// Makes one convolution of those that converters write as several operators: PAD before one without padding, and SPACE_TO_BATCH_ND, a
/// convolution without padding and BATCH_TO_SPACE_ND, which are a dilated one.
/// </summary>
internal static class WindowFolding
{
    private const int Convolution = 3, DepthwiseConvolution = 4, Pad = 34, BatchToSpace = 37, SpaceToBatch = 38;
    private const int Valid = 1;

    /// <summary>The operators with those convolutions in place of what they were written as.</summary>
    public static IReadOnlyList<TfLiteOperator> Fold(TfLiteModel model)
    {
        var links = new GraphLinks(model);
        var gone = new HashSet<TfLiteOperator>(ReferenceEqualityComparer.Instance);
        var folded = new Dictionary<TfLiteOperator, TfLiteOperator>(ReferenceEqualityComparer.Instance);
        foreach (var op in model.Operators)
        {
            if (op.Kind is not (Pad or SpaceToBatch) || links.OnlyReader(op) is not { Kind: Convolution or DepthwiseConvolution } convolution) continue;
            if (convolution.Options.Byte(0) != Valid) continue;
            var end = op.Kind == Pad ? convolution : links.OnlyReader(convolution);
            var window = op.Kind == Pad ? Padded(model, op) : end is { Kind: BatchToSpace } ? Dilated(model, op, convolution, end) : null;
            if (window is null) continue;
            gone.Add(op);
            if (op.Kind == SpaceToBatch) gone.Add(end!);
            folded[convolution] = convolution with { Inputs = [op.Inputs[0], .. convolution.Inputs[1..]], Outputs = end!.Outputs, Folded = window };
        }
        return [.. model.Operators.Where(op => !gone.Contains(op)).Select(op => folded.GetValueOrDefault(op, op))];
    }

    private static FoldedWindow? Padded(TfLiteModel model, TfLiteOperator pad) =>
        Integers(model, pad, 1, 8) is [0, 0, var top, var bottom, var left, var right, 0, 0] && Math.Min(Math.Min(top, bottom), Math.Min(left, right)) >= 0
            ? new((1, 1), [top, left, bottom, right])
            : null;

    private static FoldedWindow? Dilated(TfLiteModel model, TfLiteOperator spread, TfLiteOperator convolution, TfLiteOperator gather)
    {
        var options = convolution.Options;
        var strides = (options.Int32(1), options.Int32(2));
        if (strides != (1, 1) || Integers(model, spread, 1, 2) is not [var rows, var columns] || rows < 1 || columns < 1) return null;
        if (Integers(model, gather, 1, 2) is not { } back || back[0] != rows || back[1] != columns) return null;
        if (Integers(model, spread, 2, 4) is not { } pads || Integers(model, gather, 2, 4) is not { } crops) return null;
        // What is cropped again was padding that only filled up the last block.
        long[] rest = [(long)pads[0] - crops[0], (long)pads[2] - crops[2], (long)pads[1] - crops[1], (long)pads[3] - crops[3]];
        return rest.Min() < 0 ? null : new((rows, columns), rest);
    }

    private static int[]? Integers(TfLiteModel model, TfLiteOperator op, int input, int count)
    {
        if (op.Inputs.Length <= input || op.Inputs[input] < 0) return null;
        var tensor = model.Tensors[op.Inputs[input]];
        return tensor is { Type: TfLiteType.Int32, Data.Length: var bytes } && bytes == 4 * count ? MemoryMarshal.Cast<byte, int>(tensor.Data.Span).ToArray() : null;
    }
}
