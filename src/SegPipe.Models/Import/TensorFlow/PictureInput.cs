using SegPipe.Frames;

namespace SegPipe.Models.Import.TensorFlow;

/// <summary>Describes a network's input for its card.</summary>
internal static class PictureInput
{
    /// <summary>An input of planes in red, green and blue that are prepared as a function of bytes says.</summary>
    public static CardInput Of(string name, PictureSize size, ChannelAffine ofBytes) => Of(name, size,
        // scale · byte + shift = (byte / 255 − mean) · scale of the card
        [.. ofBytes.Shift.Zip(ofBytes.Scale, (shift, scale) => shift == 0 ? 0 : -shift / (255 * scale))],
        [.. ofBytes.Scale.Select(scale => 255 * scale)]);

    /// <summary>An input with mean and factor of each channel.</summary>
    public static CardInput Of(string name, PictureSize size, float[] mean, float[] scale) => new()
    {
        Name = name,
        Size = size,
        Layout = TensorLayout.Nchw,
        Element = ElementType.Float32,
        Order = ChannelOrder.Rgb,
        Mean = mean,
        Scale = scale,
        Fit = PictureFit.Stretch,
    };
}
