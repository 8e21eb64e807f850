namespace SegPipe.Models.Import.Keras;

/// <summary>One call of a layer in the order of computation.</summary>
internal readonly record struct KerasStep(KerasReference Value, KerasLayer Layer, IReadOnlyList<KerasReference> Inputs);

/// <summary>Brings the calls that an output needs into an order in which each comes behind those that feed it.</summary>
internal static class KerasOrder
{
    private const int MostCalls = 10_000;

    /// <summary>The calls, the input layer first.</summary>
    /// <exception cref="SegPipeException">65: names that are used twice or not known, or a circle.</exception>
    public static List<KerasStep> Of(KerasModel model)
    {
        var layers = new Dictionary<string, KerasLayer>(StringComparer.Ordinal);
        foreach (var layer in model.Layers)
        {
            if (!layers.TryAdd(layer.Name, layer)) throw model.Fault($"there are two layers called '{layer.Name}'");
        }

        if (model.Layers.Sum(layer => layer.Calls.Count) > MostCalls) throw model.Fault($"its layers are called more than {MostCalls} times");
        var order = new List<KerasStep>();
        var state = new Dictionary<KerasReference, bool>(); // false while its inputs are looked for, true when it is in the order
        var open = new Stack<KerasReference>(model.Outputs);
        while (open.TryPeek(out var value))
        {
            if (state.GetValueOrDefault(value))
            {
                open.Pop();
                continue;
            }

            var layer = Require(model, layers, value);
            var inputs = layer.Calls[value.Call];
            if (state.TryAdd(value, false))
            {
                foreach (var input in inputs)
                {
                    if (state.TryGetValue(input, out var done) && !done) throw model.Fault($"layer '{input.Layer}' feeds itself");
                    open.Push(input);
                }
                continue;
            }

            state[value] = true;
            order.Add(new(open.Pop(), layer, inputs));
        }
        return order;
    }

    private static KerasLayer Require(KerasModel model, Dictionary<string, KerasLayer> layers, KerasReference value)
    {
        if (!layers.TryGetValue(value.Layer, out var layer)) throw model.Fault($"there is no layer '{value.Layer}'");
        if (value.Call < 0 || value.Call >= layer.Calls.Count) throw model.Fault($"layer '{value.Layer}' is not called {value.Call + 1} times");
        return value.Output == 0 ? layer : throw model.Fault($"layer '{value.Layer}' has no output {value.Output}");
    }
}
