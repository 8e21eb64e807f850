using SegPipe.Models.Import.Hdf5;

namespace SegPipe.Models.Import.Keras;

/// <summary>Weights of an <c>.h5</c> file: <c>model_weights/LAYER</c> names its arrays in the attribute <c>weight_names</c>.</summary>
internal sealed class LegacyWeights(KerasModel model, Hdf5Object root) : IKerasWeights
{
    public IReadOnlyList<KerasWeight> Of(KerasLayer layer)
    {
        if (root.Find("model_weights") is not { } all) throw model.Fault("there is no group model_weights", "Save the whole model with Keras again: model.save(…).");
        if (all.Find(layer.Name) is not { } group) return [];
        var weights = new List<KerasWeight>();
        foreach (var name in NamesOf(group))
        {
            var array = group.Find(name) ?? throw model.Fault($"the array {name} of layer '{layer.Name}' is missing");
            var (shape, values) = array.Floats();
            weights.Add(new(shape, values));
        }
        return weights;
    }

    private static List<string> NamesOf(Hdf5Object group)
    {
        if (group.Texts("weight_names") is { } names) return [.. names];

        // Keras cuts lists of more than 64 KiB into parts with numbers.
        var parts = new List<string>();
        for (var i = 0; group.Texts($"weight_names{i}") is { } part; i++) parts.AddRange(part);
        return parts;
    }
}
