using SegPipe.Frames;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>What an operator of a GraphDef has been converted to.</summary>
internal abstract record GraphValue;

/// <summary>Values that are known without a picture: weights, shapes.</summary>
internal sealed record ConstantValue(TensorValues Values) : GraphValue;

/// <summary>Planes that the ONNX graph computes.</summary>
internal sealed record FeatureValue(Feature Feature) : GraphValue;

/// <summary>The picture with what has been done to its channels so far, which the model's card takes over.</summary>
internal sealed record PictureValue(ChannelAffine Normalisation) : GraphValue;

/// <summary>A class for every place.</summary>
internal sealed record LabelsValue(string Name, PictureSize Size, OnnxType Type) : GraphValue;

/// <summary>Planes cut up by SpaceToBatchND: every second, third … row and column is a picture of its own, so a convolution on them is an atrous one.</summary>
internal sealed record BatchedValue(Feature Source, int RateY, int RateX, Margins Margins) : GraphValue;

/// <summary>Planes whose channel axis has been split in groups, and perhaps exchanged with the axis of the groups.</summary>
internal sealed record GroupedValue(Feature Source, int Groups, bool Swapped) : GraphValue;

/// <summary>A convolution that has not been written yet, so that what follows it can be folded into its weights.</summary>
/// <param name="Input">What it goes over.</param>
/// <param name="Kernel">Its weights.</param>
/// <param name="Window">How it goes over it.</param>
/// <param name="Batched">Whether a BatchToSpaceND is still to come.</param>
/// <param name="Name">Name of the operator.</param>
internal sealed record ConvolutionValue(Feature Input, Kernel Kernel, Window Window, bool Batched, string Name) : GraphValue
{
    private Feature? _written;

    /// <summary>Writes it, the first time.</summary>
    public Feature Write(NetworkLayers layers) => _written ??= layers.Convolve(Input, Kernel, Window, Name);
}
