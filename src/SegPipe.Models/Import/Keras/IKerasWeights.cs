namespace SegPipe.Models.Import.Keras;

/// <summary>An array of a layer.</summary>
/// <param name="Shape">Lengths of its axes, in Keras' order.</param>
/// <param name="Values">Its numbers; whoever gets them may change them.</param>
internal readonly record struct KerasWeight(int[] Shape, float[] Values);

/// <summary>Where the arrays of a network's layers lie.</summary>
internal interface IKerasWeights
{
    /// <summary>The arrays of a layer in Keras' order, none where it has none.</summary>
    /// <exception cref="SegPipeException">65: they are missing or cannot be read.</exception>
    IReadOnlyList<KerasWeight> Of(KerasLayer layer);
}
