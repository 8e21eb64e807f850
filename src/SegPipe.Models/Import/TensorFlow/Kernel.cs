namespace SegPipe.Models.Import.TensorFlow;

/// <summary>A factor and a summand for every channel.</summary>
internal sealed record ChannelAffine(float[] Scale, float[] Shift)
{
    /// <summary>What batch normalisation with fixed statistics does.</summary>
    public static ChannelAffine BatchNorm(float[] gamma, float[] beta, float[] mean, float[] variance, float epsilon)
    {
        var scale = new float[gamma.Length];
        var shift = new float[gamma.Length];
        for (var i = 0; i < scale.Length; i++)
        {
            var factor = gamma[i] / Math.Sqrt((double)variance[i] + epsilon);
            scale[i] = (float)factor;
            shift[i] = (float)(beta[i] - mean[i] * factor);
        }

        return new(scale, shift);
    }

    /// <summary>This one first, the other one behind it.</summary>
    public ChannelAffine Then(ChannelAffine next) => new(
        [.. Scale.Zip(next.Scale, (a, b) => a * b)],
        [.. Shift.Select((shift, i) => shift * next.Scale[i] + next.Shift[i])]);
}

/// <summary>Weights of a convolution in TensorFlow's order: rows, columns, inputs, outputs; rows, columns, channels, multiplier where it is depthwise.</summary>
internal sealed class Kernel(float[] values, int height, int width, int inputs, int outputs, bool depthwise, ChannelAffine? after = null)
{
    /// <summary>Rows.</summary>
    public int Height => height;

    /// <summary>Columns.</summary>
    public int Width => width;

    /// <summary>Channels that go in.</summary>
    public int Inputs => inputs;

    /// <summary>Channels that come out.</summary>
    public int Outputs => outputs;

    /// <summary>Groups as ONNX counts them.</summary>
    public int Groups => depthwise ? inputs : 1;

    /// <summary>What is added to every output channel, or null for nothing.</summary>
    public float[]? Bias => after?.Shift;

    /// <summary>The kernel of a tensor of four axes.</summary>
    public static Kernel Of(TensorValues weights, bool depthwise)
    {
        int[] axes = [.. weights.Shape.Select(axis => (int)axis)];
        return new(weights.Reals!, axes[0], axes[1], axes[2], depthwise ? axes[2] * axes[3] : axes[3], depthwise);
    }

    /// <summary>Whether a tensor can be a kernel for so many channels.</summary>
    public static bool Fits(TensorValues weights, int channels) =>
        weights is { Reals: not null, Shape.Length: 4 } && weights.Count > 0 && weights.Shape[0] <= 64 && weights.Shape[1] <= 64 && weights.Shape[2] == channels;

    /// <summary>The convolution and what is done to each of its output channels, as one convolution.</summary>
    public Kernel Then(ChannelAffine affine) => new(values, height, width, inputs, outputs, depthwise, after is null ? affine : after.Then(affine));

    /// <summary>The weights in ONNX's order: outputs, inputs of a group, rows, columns.</summary>
    public float[] ToOnnx()
    {
        var places = height * width;
        var perOutput = depthwise ? places : places * inputs;
        var result = new float[perOutput * outputs];
        for (var place = 0; place < places; place++)
        {
            var from = values.AsSpan(place * (result.Length / places), result.Length / places);
            for (var i = 0; i < from.Length; i++)
            {
                // Depthwise weights have channel and multiplier as their last axes, which together number the outputs.
                var (input, output) = depthwise ? (0, i) : (i / outputs, i % outputs);
                result[output * perOutput + input * places + place] = after is null ? from[i] : from[i] * after.Scale[output];
            }
        }

        return result;
    }
}
