namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>TRANSPOSE; between tensors of four axes it is done in ONNX's order directly.</summary>
[TfLiteOperator(39, "TRANSPOSE")]
internal sealed class TransposeOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 2);
        var input = to.Tensor(op.Inputs[0]);
        var order = to.Integers(op, op.Inputs[1]);
        if (!order.Order().SequenceEqual(Enumerable.Range(0, input.Shape.Length).Select(axis => (long)axis))) throw to.Unsupported(op, $"has the order [{string.Join(", ", order)}]");
        to.SetStoredInFileOrder(op.Outputs[0], to.Graph.Node("Transpose", [to.StoredInFileOrder(input.Index)], null, ("perm", order)), input);
    }
}
