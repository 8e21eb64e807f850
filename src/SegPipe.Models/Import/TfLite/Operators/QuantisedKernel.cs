using SegPipe.Models.Import.TfLite.Arithmetic;

namespace SegPipe.Models.Import.TfLite.Operators;

/// <summary>The weights of a convolution that stays quantised, channel by channel.</summary>
internal sealed class QuantisedKernel
{
    private readonly TfLiteTensor _weights;
    private readonly int _zero;

    /// <summary>Puts weights into ONNX's order.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="order">Which of their axes come first.</param>
    /// <param name="zero">Zero point of the input, 0–255.</param>
    /// <param name="padded">Whether zeros stand around the input; then its zero point is taken off before, else the biases hold it.</param>
    public QuantisedKernel(TfLiteTensor weights, int[] order, int zero, bool padded)
    {
        (_weights, _zero) = (weights, zero);
        InputZero = padded ? zero : 0;
        Bytes = ConstantReader.Permute<byte>(weights.Data.Span, weights.Shape, order);
    }

    /// <summary>What is taken off the input's numbers before they are multiplied.</summary>
    public int InputZero { get; }

    /// <summary>The stored numbers in ONNX's order.</summary>
    public byte[] Bytes { get; }

    /// <summary>The factor from sums to results, as the kernels compute it.</summary>
    public static FixedPoint Factor(TfLiteTensor input, TfLiteTensor weights, TfLiteTensor output, int channel)
    {
        var scales = weights.Quantisation!.Scales;
        var scale = scales[scales.Length == 1 ? 0 : channel];
        // The older kernels multiply the scales in float32.
        return FixedPoint.Of((input.Type == TfLiteType.UInt8 ? input.Scale * scale : (double)input.Scale * scale) / output.Scale);
    }

    /// <summary>The channels' ways from sums to results.</summary>
    public ChannelRequantisation[] Channels(TfLiteTensor input, TfLiteTensor output, long[] biases, (int Low, int High) results)
    {
        var channels = new ChannelRequantisation[biases.Length];
        var each = Bytes.Length / biases.Length;
        var zeros = _weights.Quantisation!.ZeroPoints;
        for (var channel = 0; channel < channels.Length; channel++)
        {
            var zero = zeros[zeros.Length == 1 ? 0 : channel];
            long above = 0, below = 0;
            foreach (var stored in Bytes.AsSpan(channel * each, each))
            {
                var weight = (_weights.Type == TfLiteType.UInt8 ? stored : (sbyte)stored) - zero;
                if (weight > 0) above += weight;
                else below += weight;
            }
            var (low, high) = (-InputZero, 255 - InputZero);
            var bias = biases[channel] - (InputZero == 0 ? _zero * (above + below) : 0);
            channels[channel] = new(Factor(input, _weights, output, channel), (int)Math.Clamp(bias, int.MinValue, int.MaxValue), (above * low + below * high, above * high + below * low), results);
        }
        return channels;
    }
}
