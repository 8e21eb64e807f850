using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.Keras;

/// <summary>One call of a layer: what a converter may read and write.</summary>
internal sealed class KerasLayerCall
{
    private readonly KerasConversion _conversion;

    /// <summary>Prepares a call.</summary>
    public KerasLayerCall(KerasConversion conversion, KerasLayer layer, IReadOnlyList<KerasReference> references, IReadOnlyList<KerasTensor> inputs)
    {
        (_conversion, Layer, References, Inputs) = (conversion, layer, references, inputs);
        Config = new(layer.Config, Fault);
        if (Config.Text("data_format", "channels_last") != "channels_last") throw Fault("data_format is not channels_last");
    }

    /// <summary>The layer.</summary>
    public KerasLayer Layer { get; }

    /// <summary>Its arguments.</summary>
    public KerasConfig Config { get; }

    /// <summary>What it is called with.</summary>
    public IReadOnlyList<KerasTensor> Inputs { get; }

    /// <summary>The names behind <see cref="Inputs"/>.</summary>
    public IReadOnlyList<KerasReference> References { get; }

    /// <summary>The graph that is written.</summary>
    public OnnxGraphBuilder Graph => _conversion.Graph;

    /// <summary>What the command line says.</summary>
    public ImportOptions Options => _conversion.Options;

    /// <summary>The only input.</summary>
    public KerasTensor Input => Inputs.Count == 1 ? Inputs[0] : throw Fault($"it has {Inputs.Count} inputs instead of one");

    /// <summary>The only input, which must be a map.</summary>
    public KerasTensor Map => Input.IsMap ? Input : throw Fault($"its input has {Input.Shape.Count} axes instead of rows, columns and channels");

    /// <summary>The layer's arrays, of which there must be so many.</summary>
    public IReadOnlyList<KerasWeight> Weights(int count)
    {
        var weights = _conversion.Weights.Of(Layer);
        _conversion.Report.Parameters += weights.Sum(weight => (long)weight.Values.Length);
        if (weights.Count != count) throw Fault($"it has {weights.Count} arrays of weights instead of {count}");
        foreach (var (shape, _) in weights) Shaped("an array of its weights has", shape);
        return weights;
    }

    /// <summary>Whether nothing else reads the input.</summary>
    public bool IsOnlyReader => References.Count == 1 && _conversion.ReadersOf(References[0]) == 1;

    /// <summary>Writes a node named after the layer.</summary>
    public string Node(string op, string[] inputs, params ReadOnlySpan<(string Name, object Value)> attributes) => Graph.Node(op, inputs, Layer.Name, attributes);

    /// <summary>A scalar constant, written once a value.</summary>
    public string Scalar(float value) => _conversion.Scalar(value);

    /// <summary>A value of a shape that must be usable.</summary>
    public int[] Shaped(params int[] shape) => Shaped("its output would have", shape);

    /// <summary>The input for a layer that lets it pass. Where others read it too, nothing behind this layer may be merged into it.</summary>
    public KerasTensor Passed() => IsOnlyReader ? Input : new([.. Input.Shape], Input.Value(Graph));

    /// <summary>The error for a layer that is wrong or not supported.</summary>
    public SegPipeException Fault(string what) => _conversion.Model.Fault($"layer '{Layer.Name}' ({Layer.Class}): {what}");

    private int[] Shaped(string what, int[] shape) => KerasTensor.IsUsable(shape) ? shape : throw Fault($"{what} the shape {(shape.Length == 0 ? "of a single number" : string.Join('×', shape))}");
}
