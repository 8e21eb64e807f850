using System.Globalization;
using SegPipe.Models.Import.Hdf5;

namespace SegPipe.Models.Import.Keras;

/// <summary>
/// Weights of a <c>.keras</c> archive: <c>layers/CLASS[_COUNT]/vars/INDEX</c>, counted per class in the order of the layers and not called
/// by their names. Keras 3 adds the layer's name as an attribute of <c>vars</c>.
/// </summary>
internal sealed class ArchiveWeights : IKerasWeights
{
    private readonly KerasModel _model;
    private readonly Dictionary<string, Hdf5Object> _groups = new(StringComparer.Ordinal);

    /// <summary>Finds the group of every layer.</summary>
    public ArchiveWeights(KerasModel model, Hdf5Object root)
    {
        _model = model;
        // Before Keras 2.14 the layers were found by way of another attribute of the model.
        var all = root.Find("layers") ?? root.Find("_layer_checkpoint_dependencies")
            ?? throw model.Fault("model.weights.h5 has no group layers", "Save the whole model with Keras again: model.save(…).");
        var counted = all.Members.Select(name => (Key: KeyOf(name), Name: name)).GroupBy(entry => entry.Key.Class, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.OrderBy(entry => entry.Key.Count).Select(entry => all.Find($"{entry.Name}/vars")).ToArray(), StringComparer.Ordinal);
        var used = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var layer in model.Layers)
        {
            var key = layer.Class.ToLowerInvariant();
            var rank = used[key] = used.GetValueOrDefault(key, -1) + 1;
            if (counted.TryGetValue(key, out var groups) && rank < groups.Length && groups[rank] is { } found) _groups[layer.Name] = found;
        }

        foreach (var vars in counted.Values.SelectMany(groups => groups).OfType<Hdf5Object>())
        {
            if (vars.Texts("name") is [var name]) _groups[name] = vars;
        }
    }

    public IReadOnlyList<KerasWeight> Of(KerasLayer layer)
    {
        if (!_groups.TryGetValue(layer.Name, out var vars)) throw _model.Fault($"model.weights.h5 has no weights of layer '{layer.Name}'");
        var weights = new List<KerasWeight>();
        while (vars.Find(weights.Count.ToString(CultureInfo.InvariantCulture)) is { } array)
        {
            var (shape, values) = array.Floats();
            weights.Add(new(shape, values));
        }
        return weights;
    }

    /// <summary><c>depthwise_conv2d_12</c> is the thirteenth DepthwiseConv2D: class names lose their underscores and capitals.</summary>
    private static (string Class, int Count) KeyOf(string group)
    {
        var line = group.LastIndexOf('_');
        var count = 0;
        var name = line > 0 && int.TryParse(group.AsSpan(line + 1), NumberStyles.None, CultureInfo.InvariantCulture, out count) ? group[..line] : group;
        return (name.Replace("_", "", StringComparison.Ordinal), count);
    }
}
