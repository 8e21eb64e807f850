using SegPipe.Frames;

namespace SegPipe.Models.Import.TensorFlow.Networks;

/// <summary>A network that checkpoints hold the weights of, but not the graph.</summary>
internal interface INetworkArchitecture
{
    /// <summary>Family, for the card.</summary>
    string Family { get; }

    /// <summary>Input size unless another is asked for.</summary>
    PictureSize Size { get; }

    /// <summary>Mean of each channel in 0–1.</summary>
    float[] Mean { get; }

    /// <summary>Factor of each channel behind the subtraction of the mean.</summary>
    float[] Scale { get; }

    /// <summary>Rule by which the logits are enlarged.</summary>
    CoordinateRule Coordinates { get; }

    /// <summary>Writes the network from the picture to its low-resolution logits.</summary>
    Feature Build(Feature picture, TrainedLayers layers);
}
