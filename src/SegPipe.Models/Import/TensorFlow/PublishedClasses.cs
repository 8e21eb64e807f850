using SegPipe.Frames;
using SegPipe.Pictures;

namespace SegPipe.Models.Import.TensorFlow;

/// <summary>The classes that ShuffleNetV2 and MOSAIC were published with.</summary>
internal static class PublishedClasses
{
    private const int Cityscapes = 19;

    /// <summary>The table of a network with so many channels, or null where somebody trained it for other classes.</summary>
    public static ClassTable? Of(int channels) => channels == Cityscapes ? Palette.Load("cityscapes").Classes : null;
}
