namespace SegPipe.Models.Import.Keras;

/// <summary>Activations by Keras' words, as layers of their own or as an argument of another.</summary>
internal static class Activations
{
    /// <summary>The activated value; <c>linear</c> leaves it as it is.</summary>
    public static KerasTensor Apply(KerasLayerCall call, KerasTensor input, string name)
    {
        if (name == "linear") return input;
        var value = input.Value(call.Graph);
        return new KerasTensor([.. input.Shape], name switch
        {
            "relu" => call.Node("Relu", [value]),
            "relu6" => call.Node("Clip", [value, call.Scalar(0), call.Scalar(6)]),
            "sigmoid" => call.Node("Sigmoid", [value]),
            "tanh" => call.Node("Tanh", [value]),
            "swish" or "silu" => call.Node("Mul", [value, call.Node("Sigmoid", [value])]),
            "softmax" => Softmax(call, input, value, -1),
            _ => throw call.Fault($"activation '{name}' is not supported"),
        });
    }

    /// <summary>A softmax over one of Keras' axes, the batch being axis 0.</summary>
    public static string Softmax(KerasLayerCall call, KerasTensor input, string value, int axis) =>
        call.Node("Softmax", [value], ("axis", (long)KerasAxes.ToOnnx(call, input, axis)));
}
