namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>An operator that is about to be converted, with its inputs.</summary>
internal sealed class OperatorCall(GraphConversion conversion, GraphNode node, GraphValue[] inputs)
{
    /// <summary>The operator.</summary>
    public GraphNode Node => node;

    /// <summary>What the ONNX graph is written with.</summary>
    public NetworkLayers Layers => conversion.Layers;

    /// <summary>Its inputs.</summary>
    public GraphValue[] Inputs => inputs;

    /// <summary>Sizes at the input size of the file, and what they are at the wanted one.</summary>
    public GraphConversion Conversion => conversion;

    /// <summary>An input; there may be fewer than a damaged file should have.</summary>
    public GraphValue Input(int i) => i < inputs.Length ? inputs[i] : throw Refuse($"input {i} is missing");

    /// <summary>An input as planes.</summary>
    public Feature Feature(int i) => Input(i) switch
    {
        FeatureValue value => value.Feature,
        ConvolutionValue { Batched: false } value => value.Write(Layers),
        PictureValue value => conversion.Picture(value, this),
        var other => throw Refuse($"input {i} is {Describe(other)}, not planes"),
    };

    /// <summary>An input as known values.</summary>
    public TensorValues Constant(int i) => Input(i) is ConstantValue value ? value.Values : throw Refuse($"input {i} is not constant");

    /// <summary>An input as known real numbers, one a channel.</summary>
    public float[] Channels(int i, int count)
    {
        var values = Constant(i).Reals ?? throw Refuse($"input {i} holds no real numbers");
        if (values.Length == 1) return [.. Enumerable.Repeat(values[0], count)];
        return values.Length == count ? values : throw Refuse($"input {i} has {values.Length} values for {count} channels");
    }

    /// <summary>An input as known whole numbers.</summary>
    public long[] Integers(int i) => Constant(i).Integers ?? throw Refuse($"input {i} holds no whole numbers");

    /// <summary>An input as one known whole number.</summary>
    public long Integer(int i) => Integers(i) is [var value] ? value : throw Refuse($"input {i} is not one number");

    /// <summary>Whether nothing but this operator takes that input.</summary>
    public bool IsSoleUser(int i) => conversion.Users(node.Inputs[i]) == 1;

    /// <summary>Checks a text attribute against the only value that is supported.</summary>
    public void Require(string attribute, string value)
    {
        var found = node.Text(attribute, value);
        if (found != value) throw Refuse($"{attribute} is {Damage.Shown(found)}, only {value} is supported");
    }

    /// <summary>An error about this operator.</summary>
    public SegPipeException Refuse(string what) => Damage.In(conversion.Path, $"{node.Op} {node.Name}", $"{what} (byte {node.Place.Offset})");

    private static string Describe(GraphValue value) => value switch
    {
        ConstantValue => "a constant",
        LabelsValue => "a class map",
        _ => "part of a combination that is not supported",
    };
}
