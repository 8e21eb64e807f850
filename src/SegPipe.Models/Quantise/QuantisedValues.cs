using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Google.Protobuf;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Quantise;

/// <summary>Adds what QDQ graphs are made of: QuantizeLinear and DequantizeLinear of activations, and weights and biases kept as integers.</summary>
/// <param name="graph">The graph whose constants are added to.</param>
/// <param name="largestWeight">Largest integer that a weight becomes: 127, or 63 for processors whose 8-bit products saturate.</param>
internal sealed class QuantisedValues(GraphProto graph, int largestWeight)
{
    private readonly Dictionary<string, TensorProto> _constants = graph.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);

    /// <summary>The numbers of a float constant, or null where a value is none.</summary>
    public float[]? Floats(string value) =>
        _constants.GetValueOrDefault(value) is not { DataType: (int)OnnxType.Float } tensor ? null
        : tensor.RawData.Length > 0 ? MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray() : [.. tensor.FloatData];

    /// <summary>Adds a list of float numbers.</summary>
    public string Floats(string name, ReadOnlySpan<float> values) => Add(name, OnnxType.Float, values, [values.Length]);

    /// <summary>Axes of a constant.</summary>
    public IReadOnlyList<long> Shape(string value) => _constants[value].Dims;

    /// <summary>The two nodes that round a value to uint8 and back.</summary>
    /// <param name="source">The value as it is made.</param>
    /// <param name="result">The value as it is read.</param>
    /// <param name="range">Its range.</param>
    public IEnumerable<NodeProto> Activation(string source, string result, ValueRange range)
    {
        var scale = Add<float>($"{result}/scale", OnnxType.Float, [range.Scale], []);
        var zero = Add<byte>($"{result}/zero", OnnxType.UInt8, [range.ZeroPoint], []);
        var steps = $"{result}/steps";
        yield return new() { OpType = "QuantizeLinear", Name = steps, Input = { source, scale, zero }, Output = { steps } };
        yield return new() { OpType = "DequantizeLinear", Name = $"{result}/value", Input = { steps, scale, zero }, Output = { result } };
    }

    /// <summary>Keeps weights as int8, with a scale of its own for each output channel (the first axis).</summary>
    /// <param name="weights">A float constant.</param>
    /// <param name="owner">Name for what is made of it: constants may be shared.</param>
    public (NodeProto Node, float[] Scales) Weights(string weights, string owner)
    {
        var (values, shape) = (Floats(weights)!, Shape(weights));
        var channels = (int)shape[0];
        var each = values.Length / channels;
        var (scales, steps) = (new float[channels], new sbyte[values.Length]);
        for (var channel = 0; channel < channels; channel++)
        {
            var slice = values.AsSpan(channel * each, each);
            var largest = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(slice));
            scales[channel] = largest > 0 ? largest / largestWeight : 1;
            for (var i = 0; i < each; i++) steps[channel * each + i] = (sbyte)MathF.Round(slice[i] / scales[channel]);
        }

        return (Dequantize($"{owner}/weights", Add<sbyte>($"{owner}/weights/steps", OnnxType.Int8, steps, [.. shape]), scales, Add<sbyte>($"{owner}/weights/zero", OnnxType.Int8, new sbyte[channels], [channels])), scales);
    }

    /// <summary>Keeps a bias as int32, in the steps of the products that it is added to.</summary>
    /// <param name="bias">A float constant with a number a channel.</param>
    /// <param name="owner">Name for what is made of it.</param>
    /// <param name="input">Step of the activations.</param>
    /// <param name="weights">Steps of the weights.</param>
    public NodeProto Bias(string bias, string owner, float input, float[] weights)
    {
        var scales = Array.ConvertAll(weights, weight => weight * input);
        var steps = Floats(bias)!.Zip(scales, (value, scale) => (int)Math.Clamp(Math.Round((double)value / scale), int.MinValue, int.MaxValue)).ToArray();
        return Dequantize($"{owner}/bias", Add<int>($"{owner}/bias/steps", OnnxType.Int32, steps, [steps.Length]), scales, Add<int>($"{owner}/bias/zero", OnnxType.Int32, new int[steps.Length], [steps.Length]));
    }

    private NodeProto Dequantize(string result, string steps, float[] scales, string zero) => new()
    {
        OpType = "DequantizeLinear",
        Name = result,
        Input = { steps, Add<float>($"{result}/scale", OnnxType.Float, scales, [scales.Length]), zero },
        Output = { result },
        Attribute = { new AttributeProto { Name = "axis", Type = 2, I = 0 } },
    };

    private string Add<T>(string name, OnnxType type, ReadOnlySpan<T> values, long[] shape)
        where T : unmanaged
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, Dims = { shape }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };
        graph.Initializer.Add(tensor);
        _constants[name] = tensor;
        return name;
    }
}
