using System.Runtime.InteropServices;

namespace SegPipe.Models.Import.TfLite.Folding;

/// <summary>
/// Makes one convolution of those that converters write as several operators: PAD before one without padding, and SPACE_TO_BATCH_ND, a
/// convolution without padding and BATCH_TO_SPACE_ND, which are a dilated one.
/// </summary>
internal static class WindowFolding
{
    private const int Convolution = 3, DepthwiseConvolution = 4, Dequantise = 6, Pad = 34, BatchToSpace = 37, SpaceToBatch = 38, Quantise = 114;
    private const int Valid = 1;

    /// <summary>The model with those convolutions in place of what they were written as.</summary>
    public static TfLiteModel Fold(TfLiteModel model)
    {
        var links = new GraphLinks(model);
        var tensors = model.Tensors.ToArray();
        var folded = new Dictionary<TfLiteOperator, TfLiteOperator?>(ReferenceEqualityComparer.Instance);
        foreach (var op in model.Operators)
            if (op is { Kind: Pad or SpaceToBatch, Inputs: [>= 0, ..] } && Chain(links, op) is [.., { Outputs: [_] }] chain) Replace(model, chain, tensors, folded);
        return model with { Tensors = tensors, Operators = [.. model.Operators.Select(op => folded.TryGetValue(op, out var now) ? now : op).OfType<TfLiteOperator>()] };
    }

    /// <summary>The operators from one that pads or spreads to the convolution or to what gathers again; in mixed networks the number format may change between them.</summary>
    private static List<TfLiteOperator>? Chain(GraphLinks links, TfLiteOperator first)
    {
        List<TfLiteOperator> chain = [first];
        var end = first.Kind == Pad ? -1 : BatchToSpace;
        while (links.OnlyReader(chain[^1]) is { } next)
        {
            chain.Add(next);
            if (next.Kind == end || (end < 0 && next.Kind is Convolution or DepthwiseConvolution)) return chain;
            if (next.Kind is not (Convolution or DepthwiseConvolution or Quantise or Dequantise)) return null;
        }
        return null;
    }

    private static void Replace(TfLiteModel model, List<TfLiteOperator> chain, TfLiteTensor[] tensors, Dictionary<TfLiteOperator, TfLiteOperator?> folded)
    {
        if (chain.Where(op => op.Kind is Convolution or DepthwiseConvolution).ToList() is not [var convolution] || convolution.Options.Byte(0) != Valid) return;
        var (first, last) = (chain[0], chain[^1]);
        var window = first.Kind == Pad ? Padded(model, first) : Dilated(model, first, convolution, last);
        if (window is null || folded.ContainsKey(convolution)) return;
        var (source, target) = (first.Inputs[0], last.Outputs[0]);
        var inner = first.Kind == Pad ? chain[1..] : chain[1..^1];
        foreach (var gone in chain.Except(inner)) folded[gone] = null;
        for (var i = 0; i < inner.Count; i++)
        {
            var op = inner[i];
            var (input, output) = (i == 0 ? source : op.Inputs[0], i == inner.Count - 1 ? target : op.Outputs[0]);
            // What lay in blocks has the size of the whole map now.
            var reference = model.Tensors[chain.IndexOf(op) < chain.IndexOf(convolution) ? source : target].Shape;
            if (tensors[output].Shape.Length == 4 && reference.Length == 4) tensors[output] = tensors[output] with { Shape = [reference[0], reference[1], reference[2], tensors[output].Shape[3]] };
            folded[op] = op with { Inputs = [input, .. op.Inputs[1..]], Outputs = [output], Folded = op == convolution ? window : null };
        }
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
