using SegPipe.Models.Import.TensorFlow.Bundles;

namespace SegPipe.Models.Import.TensorFlow.Networks;

/// <summary>Layers whose weights come from variables.</summary>
/// <param name="weights">The variables.</param>
/// <param name="layers">What the layers are written with.</param>
internal sealed class TrainedLayers(ITensorSource weights, NetworkLayers layers)
{
    // Weights that several layers share, as those of MOSAIC's pooling levels, are read and written once.
    private readonly Dictionary<string, Kernel> _kernels = new(StringComparer.Ordinal);

    /// <summary>Layers without weights.</summary>
    public NetworkLayers Plain => layers;

    /// <summary>Whether there is a variable.</summary>
    public bool Has(string name) => weights.Has(name);

    /// <summary>A convolution, batch normalisation and, where asked for, ReLU.</summary>
    /// <param name="x">What goes in.</param>
    /// <param name="kernel">Name of the kernel; one that ends in <c>depthwise_weights</c> or <c>depthwise_kernel</c> is depthwise.</param>
    /// <param name="norm">Scope of the normalisation's variables.</param>
    /// <param name="epsilon">What the normalisation adds to variances.</param>
    /// <param name="stride">Stride.</param>
    /// <param name="rateY">Atrous rate of rows.</param>
    /// <param name="rateX">Atrous rate of columns.</param>
    /// <param name="relu">Whether ReLU follows.</param>
    public Feature Convolve(Feature x, string kernel, string norm, float epsilon, int stride = 1, int rateY = 1, int rateX = 1, bool relu = true)
    {
        var values = Kernel(x, kernel, outputs => ChannelAffine.BatchNorm(
            Vector(norm + "/gamma", outputs), Vector(norm + "/beta", outputs), Vector(norm + "/moving_mean", outputs), Vector(norm + "/moving_variance", outputs), epsilon));
        return layers.Convolve(x, values, new(values.Height, values.Width, stride, stride, rateY, rateX), ScopeOf(kernel), relu);
    }

    /// <summary>A convolution with summands in place of normalisation.</summary>
    public Feature Convolve(Feature x, string kernel, string biases)
    {
        var values = Kernel(x, kernel, outputs => new([.. Enumerable.Repeat(1f, outputs)], Vector(biases, outputs)));
        return layers.Convolve(x, values, new(values.Height, values.Width), ScopeOf(kernel));
    }

    /// <summary>An error about a variable.</summary>
    public SegPipeException Wrong(string name, string what) => Damage.In(weights.Path, name, what);

    private Kernel Kernel(Feature x, string name, Func<int, ChannelAffine> then)
    {
        if (!_kernels.TryGetValue(name, out var kernel))
        {
            var values = weights.Read(name);
            if (!TensorFlow.Kernel.Fits(values, x.Channels)) throw Wrong(name, $"weights of the shape {values.ShapeText} do not fit {x.Channels} channels");
            kernel = TensorFlow.Kernel.Of(values, depthwise: name.EndsWith("depthwise_weights", StringComparison.Ordinal) || name.EndsWith("depthwise_kernel", StringComparison.Ordinal));
            _kernels[name] = kernel = kernel.Then(then(kernel.Outputs));
        }

        return kernel.Inputs == x.Channels ? kernel : throw Wrong(name, $"weights for {kernel.Inputs} channels do not fit {x.Channels}");
    }

    private float[] Vector(string name, int count) => weights.Read(name) is { Reals: { } values } read && read.Shape is [var length] && length == count
        ? values
        : throw Wrong(name, $"{count} real numbers belong here");

    private static string ScopeOf(string kernel) => kernel[..kernel.LastIndexOf('/')];
}
