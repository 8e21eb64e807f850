using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>ARG_MAX over the classes: the first of several equal ones wins in both formats.</summary>
[TfLiteOperator(56, "ARG_MAX")]
internal sealed class ArgMaxOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 2);
        var input = to.Tensor(op.Inputs[0]);
        var numbers = to.Integers(op, op.Inputs[1]);
        if (numbers.Length != 1 || input.Shape.Length != 4 || to.Axis(op, numbers[0], 4) != 1) throw to.Unsupported(op, "is not over the channels");
        to.SetStored(op.Outputs[0], Largest(to, to.Stored(input.Index), to.Tensor(op.Outputs[0])), null);
    }

    /// <summary>Adds the choice of the largest channel.</summary>
    public static string Largest(TfLiteConversion to, string scores, TfLiteTensor output)
    {
        var largest = to.Graph.Node("ArgMax", [scores], TfLiteConversion.HintOf(output), ("axis", 1), ("keepdims", 0));
        return output.Type == TfLiteType.Int64 ? largest : to.Graph.Node("Cast", [largest], null, ("to", (int)OnnxType.Int32));
    }
}

/// <summary>CAST between types of class maps.</summary>
[TfLiteOperator(53, "CAST")]
internal sealed class CastOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 1);
        var output = to.Tensor(op.Outputs[0]);
        var type = output.Type switch
        {
            TfLiteType.Float32 => OnnxType.Float,
            TfLiteType.UInt8 => OnnxType.UInt8,
            TfLiteType.Int32 => OnnxType.Int32,
            TfLiteType.Int64 => OnnxType.Int64,
            _ => throw to.Unsupported(op, $"makes {output.Type}"),
        };
        to.SetStored(output.Index, to.Graph.Node("Cast", [to.Stored(op.Inputs[0])], TfLiteConversion.HintOf(output), ("to", (int)type)), null);
    }
}

/// <summary>SOFTMAX over the classes.</summary>
[TfLiteOperator(25, "SOFTMAX")]
internal sealed class SoftmaxOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 1);
        var axes = to.Tensor(op.Inputs[0]).Shape.Length;
        if (axes == 0 || op.Options.Single(0) is not 1) throw to.Unsupported(op, $"has the factor {op.Options.Single(0)}");
        var shares = to.Graph.Node("Softmax", [to.Real(op.Inputs[0])], null, ("axis", TfLiteConversion.OnnxAxis(axes - 1, axes)));
        to.SetReal(op.Outputs[0], shares, (0, 1));
    }
}

/// <summary>ResizeArgmax, a custom operator of MLPerf's apps: RESIZE_BILINEAR without flags, then ARG_MAX over the channels.</summary>
[TfLiteOperator(32, "ResizeArgmax")]
internal sealed class ResizeArgmaxOperator : ITfLiteOperator
{
    public void Convert(TfLiteOperator op, TfLiteConversion to)
    {
        to.Require(op, 3);
        var (input, size) = (to.Tensor(op.Inputs[0]), to.Integers(op, op.Inputs[1]));
        if (input.Shape.Length != 4 || size.Length != 2 || size.Any(side => side is < 1 or > 1 << 16) || to.Integers(op, op.Inputs[2]) is not [3]) throw to.Unsupported(op, "is not over the channels of a picture");
        var resized = ResizeOperator.Resize(to, to.Real(input.Index), [1, input.Shape[3], size[0], size[1]], "asymmetric", "resize_logits");
        to.SetStored(op.Outputs[0], ArgMaxOperator.Largest(to, resized, to.Tensor(op.Outputs[0])), null);
    }
}
