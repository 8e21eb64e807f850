using System.Runtime.InteropServices;

namespace SegPipe.Models.Import.TfLite.Folding;

/// <summary>
/// Makes one operator of a channel shuffle, which is written as RESHAPE to [1, places, groups, channels], TRANSPOSE of the last two axes and
/// RESHAPE back: channel-first it is the same on the channels alone, without turning the whole map.
/// </summary>
[TfLiteOperator(Kind, "channel shuffle")]
internal sealed class ShuffleFolding : ITfLiteOperator
{
    private const int Kind = -1, Reshape = 22, Transpose = 39;

    /// <summary>The operators with shuffles in place of what they were written as.</summary>
    public static IReadOnlyList<TfLiteOperator> Fold(TfLiteModel model)
    {
        var links = new GraphLinks(model);
        var gone = new HashSet<TfLiteOperator>(ReferenceEqualityComparer.Instance);
        var folded = new Dictionary<TfLiteOperator, TfLiteOperator>(ReferenceEqualityComparer.Instance);
        foreach (var op in model.Operators)
        {
            if (op is not { Kind: Reshape, Inputs: [>= 0, ..] } || links.OnlyReader(op) is not { Kind: Transpose } turn || links.OnlyReader(turn) is not { Kind: Reshape, Outputs: [_] } back) continue;
            int[] from = model.Tensors[op.Inputs[0]].Shape, middle = model.Tensors[op.Outputs[0]].Shape, to = model.Tensors[back.Outputs[0]].Shape;
            if (from is not [1, var rows, var columns, var channels] || !from.AsSpan().SequenceEqual(to) || !SwapsLast(model, turn)) continue;
            if (middle is not [1, var places, var groups, var each] || places != (long)rows * columns || (long)groups * each != channels) continue;
            gone.Add(op);
            gone.Add(turn);
            folded[back] = new(Kind, "channel shuffle", op.Inputs, back.Outputs, default, op.Offset) { Groups = groups };
        }
        return [.. model.Operators.Where(op => !gone.Contains(op)).Select(op => folded.GetValueOrDefault(op, op))];
    }

    /// <inheritdoc/>
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        var input = to.Tensor(op.Inputs[0]);
        var (rows, columns, channels) = (input.Shape[1], input.Shape[2], input.Shape[3]);
        var apart = to.Graph.Node("Reshape", [to.Stored(input.Index), to.Graph.Integers("shape", 1, op.Groups, channels / op.Groups, rows, columns)]);
        var turned = to.Graph.Node("Transpose", [apart], null, ("perm", new long[] { 0, 2, 1, 3, 4 }));
        to.SetStored(op.Outputs[0], to.Graph.Node("Reshape", [turned, to.Graph.Integers("shape", 1, channels, rows, columns)], "channel_shuffle"), input);
    }

    private static bool SwapsLast(TfLiteModel model, TfLiteOperator transpose) =>
        transpose.Inputs is [_, >= 0 and var order] && model.Tensors[order] is { Type: TfLiteType.Int32 } tensor
        && MemoryMarshal.Cast<byte, int>(tensor.Data.Span).SequenceEqual([0, 1, 3, 2]);
}
