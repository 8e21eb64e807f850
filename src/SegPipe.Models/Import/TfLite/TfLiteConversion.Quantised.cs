using SegPipe.Models.Import.TfLite.Arithmetic;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.TfLite;

/// <summary>Values that stay quantised, and the way of exact sums back into storage.</summary>
internal sealed partial class TfLiteConversion
{
    // Published networks have up to 18,000 channels and 15 additions; a forged file could ask for hours of searching.
    private const int MostChannels = 1 << 15, MostAdditions = 256;

    private int _channels, _additions;

    /// <summary>How the channels of one operator become results; after a great many channels no more is searched for what is fast to run.</summary>
    public Requantisation Way(ChannelRequantisation[] channels, int zeroPoint, bool centred)
    {
        if (channels.Length > MostChannels - _channels) return Requantisation.Exact;
        _channels += channels.Length;
        return Requantisation.Find(channels, zeroPoint, centred);
    }

    /// <summary>The scales of an addition; after a great many additions those that are nearly exact.</summary>
    public AdditionFit Fit(TfLiteTensor a, TfLiteTensor b, TfLiteTensor result) =>
        _additions++ < MostAdditions ? AdditionFit.Find(a, b, result) : new(a.Scale, b.Scale, result.Scale);

    /// <summary>The stored numbers of a quantised tensor less a zero point, as float32; they are whole.</summary>
    public string Differences(int index, int zeroPoint)
    {
        var number = AsFloat(ValueOf(Tensor(index)));
        return zeroPoint == 0 ? number : Graph.Node("Sub", [number, Scalar(zeroPoint)]);
    }

    /// <summary>A tensor's values, stored as another tensor stores its own.</summary>
    public string StoredAs(int index, TfLiteTensor target)
    {
        var tensor = Tensor(index);
        var same = tensor.IsQuantised && tensor.Zero == target.Zero && tensor.Scale == target.Scale;
        return same ? Stored(index) : Quantise(Real(index), target, target.Scale, target.Zero);
    }

    /// <summary>The smallest and the largest result of an operator, counted from its zero point.</summary>
    public static (int Low, int High) Results(TfLiteTensor output, (float Low, float High) activation)
    {
        var low = Math.Round((double)activation.Low / output.Scale, MidpointRounding.AwayFromZero);
        var high = Math.Round((double)activation.High / output.Scale, MidpointRounding.AwayFromZero);
        return ((int)Math.Clamp(low, -output.Zero, 255 - output.Zero), (int)Math.Clamp(high, -output.Zero, 255 - output.Zero));
    }

    /// <summary>Says what an output is that an operator adds up exactly and then brings to the output's scale.</summary>
    /// <param name="index">The output.</param>
    /// <param name="sum">The sums, whole numbers; with the offset in them already if that is part of a convolution's bias.</param>
    /// <param name="way">How they become results.</param>
    /// <param name="channels">The channels that the way was found for.</param>
    public void SetSums(int index, string sum, Requantisation way, ChannelRequantisation[] channels)
    {
        var tensor = Tensor(index);
        var stored = way.Form switch
        {
            RequantisationForm.Double => Quantise(InDouble(sum, channels), tensor, 1, tensor.Zero),
            RequantisationForm.Signed => QuantiseChannels(WithSign(sum, way.Offsets), tensor, way.Divisors, tensor.Zero),
            _ => QuantiseChannels(sum, tensor, way.Divisors, tensor.Zero + way.Centre),
        };
        var (low, high) = channels[0].Results;
        _values[index] = new(Limit(stored, low + tensor.Zero, high + tensor.Zero));
    }

    /// <summary>The same for sums that no convolution makes.</summary>
    public void SetSums(int index, string sum, ChannelRequantisation[] channels)
    {
        var way = Way(channels, Tensor(index).Zero, centred: false);
        if (way.Form == RequantisationForm.Offset && way.Offsets.Any(offset => offset != 0)) sum = Graph.Node("Add", [sum, AlongChannels("lift", way.Offsets)]);
        SetSums(index, sum, way, channels);
    }

    /// <summary>
    /// Says what real values an output is quantised from. They are rounded half away from zero to the last bit: a picture in −1…1 that is
    /// quantised back to its bytes lies within a bit of halves everywhere.
    /// </summary>
    public void SetRounded(int index, string name)
    {
        var tensor = Tensor(index);
        var number = Graph.Node("Div", [name, Scalar(tensor.Scale)]);
        var size = Graph.Node("Floor", [Graph.Node("Add", [Graph.Node("Abs", [number]), Scalar(0.5f)])]);
        _values[index] = new(Quantise(Graph.Node("Mul", [size, Graph.Node("Sign", [number])]), tensor, 1, tensor.Zero));
    }

    /// <summary>Numbers as a constant that is broadcast along the channels, or a scalar where all are the same.</summary>
    public string AlongChannels<T>(string hint, T[] values)
        where T : unmanaged, IEquatable<T> =>
        values.AsSpan().ContainsAnyExcept(values[0]) ? Graph.Constant<T>(hint, values, 1, values.Length, 1, 1) : Graph.Constant<T>(hint, [values[0]]);

    private string WithSign(string sum, float[] offsets)
    {
        if (offsets.All(offset => offset == 0)) return sum;
        return Graph.Node("Add", [sum, Graph.Node("Mul", [Graph.Node("Sign", [sum]), AlongChannels("lift", offsets)])]);
    }

    private string InDouble(string sum, ChannelRequantisation[] channels)
    {
        var factors = AlongChannels("factor", Array.ConvertAll(channels, channel => channel.Factor.Factor));
        var lifts = AlongChannels("lift", Array.ConvertAll(channels, channel => channel.Factor.Lift));
        var scaled = Graph.Node("Mul", [Graph.Node("Cast", [sum], null, ("to", (int)OnnxType.Double)), factors]);
        var lifted = Graph.Node("Add", [scaled, Graph.Node("Mul", [Graph.Node("Sign", [scaled]), lifts])]);
        var rounded = Graph.Node("Floor", [Graph.Node("Add", [lifted, Graph.Constant<double>("half", [0.5])])]);
        return Graph.Node("Cast", [rounded], null, ("to", (int)OnnxType.Float));
    }

    private string QuantiseChannels(string name, TfLiteTensor tensor, float[] divisors, int zeroPoint)
    {
        if (!divisors.AsSpan().ContainsAnyExcept(divisors[0])) return Quantise(name, tensor, divisors[0], zeroPoint);
        var zeros = Graph.Constant<byte>("zero_point", [.. Enumerable.Repeat((byte)zeroPoint, divisors.Length)], divisors.Length);
        return Graph.Node("QuantizeLinear", [name, Graph.Constant<float>("divisor", divisors, divisors.Length), zeros], HintOf(tensor), ("axis", 1));
    }

    private string Quantise(string name, TfLiteTensor tensor, float scale, int zeroPoint) =>
        Graph.Node("QuantizeLinear", [name, Scalar(scale), Byte(zeroPoint)], HintOf(tensor));

    private string Dequantise(string name, TfLiteTensor tensor) => Graph.Node("DequantizeLinear", [name, Scalar(tensor.Scale), Byte(tensor.Zero)]);

    private string Limit(string name, TfLiteTensor tensor, (float Low, float High) activation)
    {
        var (low, high) = Results(tensor, activation);
        return Limit(name, low + tensor.Zero, high + tensor.Zero);
    }

    private string Limit(string name, int low, int high) => (low, high) == (0, 255) ? name : Graph.Node("Clip", [name, Byte(low), Byte(high)]);

    // A cast, since the runtime would make of DequantizeLinear, Conv and QuantizeLinear an integer kernel that rounds in another way.
    private string AsFloat(Value value) => value.Float ??= Graph.Node("Cast", [value.Name], null, ("to", (int)OnnxType.Float));
}
