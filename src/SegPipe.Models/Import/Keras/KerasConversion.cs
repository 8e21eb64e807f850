using System.Reflection;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.Keras;

/// <summary>Walks a network from its inputs to its output and has each layer written by its converter.</summary>
internal sealed class KerasConversion(KerasModel model, IKerasWeights weights, ImportOptions options, ImportReport report)
{
    private static readonly Dictionary<string, IKerasLayer> Converters = typeof(IKerasLayer).Assembly.GetTypes()
        .SelectMany(type => type.GetCustomAttributes<KerasLayerAttribute>().Select(attribute => (attribute.Name, Type: type)))
        .ToDictionary(entry => entry.Name, entry => (IKerasLayer)Activator.CreateInstance(entry.Type)!, StringComparer.Ordinal);

    private readonly Dictionary<KerasReference, KerasTensor> _values = [];
    private readonly Dictionary<KerasReference, int> _readers = [];
    private readonly Dictionary<float, string> _scalars = [];

    /// <summary>The network.</summary>
    public KerasModel Model => model;

    /// <summary>Its weights.</summary>
    public IKerasWeights Weights => weights;

    /// <summary>What the command line says.</summary>
    public ImportOptions Options => options;

    /// <summary>What is told to the person.</summary>
    public ImportReport Report => report;

    /// <summary>What is written.</summary>
    public OnnxGraphBuilder Graph { get; } = new(options.Name);

    /// <summary>Converts the whole network and gives its output back.</summary>
    /// <exception cref="SegPipeException">65 with the layer's name.</exception>
    public KerasTensor Run()
    {
        if (model.Outputs.Count != 1) throw model.Fault($"the network has {model.Outputs.Count} outputs instead of one");
        var order = KerasOrder.Of(model);
        foreach (var input in order.SelectMany(step => step.Inputs).Concat(model.Outputs)) _readers[input] = _readers.GetValueOrDefault(input) + 1;
        foreach (var (reference, layer, inputs) in order)
        {
            report.Count(layer.Class);
            var call = new KerasLayerCall(this, layer, inputs, [.. inputs.Select(input => _values[input])]);
            if (!Converters.TryGetValue(layer.Class, out var converter)) throw call.Fault("layers of this class are not supported");
            _values[reference] = converter.Convert(call);
        }
        return _values[model.Outputs[0]];
    }

    /// <summary>How many calls read a value.</summary>
    public int ReadersOf(KerasReference value) => _readers.GetValueOrDefault(value);

    /// <summary>A scalar constant, written once a value.</summary>
    public string Scalar(float value)
    {
        if (!_scalars.TryGetValue(value, out var name)) _scalars[value] = name = Graph.Constant<float>("scalar", [value]);
        return name;
    }
}
