using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>ArgMax over the classes, and Cast of its result.</summary>
internal static class LabelOperators
{
    public static GraphValue ArgMax(OperatorCall call)
    {
        if (call.Integer(1) is not (3 or -1)) throw call.Refuse("only ArgMax over the channels is supported");
        var x = call.Feature(0);
        call.Conversion.Channels = x.Channels;
        return Typed(call, new(call.Layers.ArgMax(x, call.Node.Name), x.Size, OnnxType.Int64), call.Node.Kind("output_type"));
    }

    public static GraphValue Cast(OperatorCall call)
    {
        var kind = call.Node.Kind("DstT");
        return call.Input(0) switch
        {
            LabelsValue labels => Typed(call, labels, kind),
            ConstantValue { Values.Integers: not null } constant when !kind.IsReal() => constant,
            ConstantValue { Values: { Integers: [var single], Shape: var shape } } => new ConstantValue(TensorValues.Of([(float)single], shape)),
            ConstantValue { Values: { Reals: [var single], Shape: var shape } } when kind is ElementKind.Int32 or ElementKind.Int64 => new ConstantValue(TensorValues.Of([(long)single], shape)),
            var value when kind == ElementKind.Float => value,
            _ => throw call.Refuse($"a cast to the element type {(int)kind} is not supported here"),
        };
    }

    private static LabelsValue Typed(OperatorCall call, LabelsValue labels, ElementKind kind)
    {
        var type = kind switch
        {
            ElementKind.Int32 => OnnxType.Int32,
            ElementKind.UInt8 => OnnxType.UInt8,
            ElementKind.Int64 or 0 => OnnxType.Int64,
            _ => throw call.Refuse($"class maps of the element type {(int)kind} are not supported"),
        };
        return type == labels.Type
            ? labels
            : labels with { Name = call.Layers.Graph.Node("Cast", [labels.Name], call.Node.Name, ("to", (long)type)), Type = type };
    }
}
