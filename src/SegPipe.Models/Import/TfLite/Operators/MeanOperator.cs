using System.Numerics;
using SegPipe.Models.Import.TfLite.Arithmetic;

namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>MEAN over rows and columns, as global average pooling is written.</summary>
[TfLiteOperator(40, "MEAN")]
internal sealed class MeanOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 2);
        var (input, output) = (to.Tensor(op.Inputs[0]), to.Tensor(op.Outputs[0]));
        var axes = to.Integers(op, op.Inputs[1]).Select(axis => axis < 0 ? axis + 4 : axis).Order().ToArray();
        if (input.Shape.Length != 4 || axes is not [1, 2]) throw to.Unsupported(op, $"is over the axes [{string.Join(", ", axes)}] of {input.Shape.Length}");
        var keep = op.Options.Bool(0);
        if (!to.StaysQuantised(input) || !to.StaysQuantised(output))
        {
            var mean = to.Graph.Node("GlobalAveragePool", [to.Real(input.Index)], TfLiteConversion.HintOf(output));
            to.SetReal(output.Index, keep ? mean : to.Graph.Node("Flatten", [mean]), to.RangeOf(input));
            return;
        }

        var cells = (long)input.Shape[1] * input.Shape[2];
        var sum = to.Graph.Node("ReduceSum", [to.Differences(input.Index, input.Zero), to.Graph.Integers("axes", 2, 3)], null, ("keepdims", keep));
        ChannelRequantisation[] all = [new(Divided(FixedPoint.Of((double)input.Scale / output.Scale), cells), 0, (-input.Zero * cells, (255 - input.Zero) * cells), (-output.Zero, 255 - output.Zero))];
        to.SetSums(output.Index, sum, all);
    }

    /// <summary>The factor divided by the number of cells the way the kernel does, which cuts off what does not fit.</summary>
    private static FixedPoint Divided(FixedPoint factor, long cells)
    {
        var shift = Math.Min(BitOperations.Log2((ulong)Math.Max(cells, 1)), 31 + factor.Shift);
        return new((int)(((long)factor.Multiplier << shift) / Math.Max(cells, 1)), factor.Shift - shift);
    }
}
