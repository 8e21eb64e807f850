namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>An operator of a GraphDef.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Op">What it does.</param>
/// <param name="Inputs">What it takes: NAME, NAME:OUTPUT, or ^NAME for an order without a value.</param>
/// <param name="Attributes">Its attributes, still as they lie in the file.</param>
/// <param name="Place">The whole operator in the file, for messages.</param>
internal sealed record GraphNode(string Name, string Op, string[] Inputs, Dictionary<string, ProtoMessage> Attributes, ProtoMessage Place)
{
    private const int TextField = 2, IntegerField = 3, RealField = 4, BoolField = 5, TypeField = 6, ShapeField = 7, TensorField = 8, ListField = 1;

    /// <summary>A whole number, a truth value as 0 or 1, or an element type.</summary>
    public long Integer(string attribute, long missing = 0)
    {
        foreach (var field in Attribute(attribute))
            if (field.Number is IntegerField or BoolField or TypeField)
                return field.Integer;
        return missing;
    }

    /// <summary>An element type.</summary>
    public ElementKind Kind(string attribute) => (ElementKind)Integer(attribute);

    /// <summary>A number.</summary>
    public float Real(string attribute, float missing)
    {
        foreach (var field in Attribute(attribute))
            if (field.Number == RealField)
                return field.Single;
        return missing;
    }

    /// <summary>A text.</summary>
    public string Text(string attribute, string missing = "")
    {
        foreach (var field in Attribute(attribute))
            if (field.Number == TextField)
                return field.Message.Text();
        return missing;
    }

    /// <summary>A list of whole numbers; empty where it is missing.</summary>
    public long[] Integers(string attribute)
    {
        var values = new List<long>();
        foreach (var field in Attribute(attribute))
        {
            if (field.Number != ListField) continue;
            foreach (var entry in field.Message)
                if (entry.Number == IntegerField)
                    entry.AddTo(values);
        }

        return [.. values];
    }

    /// <summary>A shape with −1 for axes of any length, or null where the rank is open.</summary>
    public long[]? Shape(string attribute)
    {
        foreach (var field in Attribute(attribute))
            if (field.Number == ShapeField)
                return TensorProtoReader.Shape(field.Message);
        return null;
    }

    /// <summary>The message of a tensor.</summary>
    public ProtoMessage? Tensor(string attribute)
    {
        foreach (var field in Attribute(attribute))
            if (field.Number == TensorField)
                return field.Message;
        return null;
    }

    private ProtoMessage Attribute(string name) => Attributes.GetValueOrDefault(name);
}
