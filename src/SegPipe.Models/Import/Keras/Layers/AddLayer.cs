namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>Sum or product of maps of one shape.</summary>
[KerasLayer("Add")]
[KerasLayer("Multiply")]
internal sealed class AddLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call)
    {
        const int most = 256;
        if (call.Inputs.Count is < 2 or > most) throw call.Fault($"it has {call.Inputs.Count} inputs");
        var first = call.Inputs[0];
        var value = first.Value(call.Graph);
        foreach (var input in call.Inputs.Skip(1))
        {
            if (!input.Shape.SequenceEqual(first.Shape)) throw call.Fault($"its inputs are {string.Join('×', first.Shape)} and {string.Join('×', input.Shape)}");
            value = call.Node(call.Layer.Class == "Add" ? "Add" : "Mul", [value, input.Value(call.Graph)]);
        }
        return new([.. first.Shape], value);
    }
}
