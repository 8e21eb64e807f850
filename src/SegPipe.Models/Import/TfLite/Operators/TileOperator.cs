namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>TILE.</summary>
[TfLiteOperator(69, "TILE")]
internal sealed class TileOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 2);
        var input = to.Tensor(op.Inputs[0]);
        var times = to.Integers(op, op.Inputs[1]);
        if (times.Length != input.Shape.Length || times.Any(count => count is < 1 or > 1 << 16)) throw to.Unsupported(op, $"repeats [{string.Join(", ", times)}]");
        if (times.Length == 4) times = [times[0], times[3], times[1], times[2]];
        to.SetStored(op.Outputs[0], to.Graph.Node("Tile", [to.Stored(input.Index), to.Graph.Integers("times", times)], TfLiteConversion.HintOf(input)), input);
    }
}
