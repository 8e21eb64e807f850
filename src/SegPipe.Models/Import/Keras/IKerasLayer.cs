namespace SegPipe.Models.Import.Keras;

/// <summary>Converts the layers of one class, or of a family that differs by a word.</summary>
internal interface IKerasLayer
{
    /// <summary>Writes the layer into the graph.</summary>
    /// <exception cref="SegPipeException">65 with the layer's name: an argument is wrong or not supported.</exception>
    KerasTensor Convert(KerasLayerCall call);
}

/// <summary>Says which class of layers a converter is for; several may stand on one converter.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class KerasLayerAttribute(string name) : Attribute
{
    /// <summary>The class in Keras.</summary>
    public string Name => name;
}
