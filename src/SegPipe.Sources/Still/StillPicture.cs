using SegPipe.Frames;

namespace SegPipe.Sources.Still;

/// <summary>A decoded still picture.</summary>
/// <param name="Size">Columns and rows, upright.</param>
/// <param name="Layout">Arrangement of the samples.</param>
/// <param name="Color">Colour tags.</param>
/// <param name="Samples">The planes without padding.</param>
internal sealed record StillPicture(PictureSize Size, PictureLayout Layout, ColorTags Color, byte[] Samples)
{
    /// <summary>Tags of pictures in RGB.</summary>
    public static readonly ColorTags RgbTags = new(ColorRange.Full, ColorMatrix.Bt709);

    /// <summary>A picture of packed RGB as planes.</summary>
    public static StillPicture FromPacked(PictureSize size, ReadOnlySpan<byte> packed)
    {
        var plane = size.Width * size.Height;
        var samples = GC.AllocateUninitializedArray<byte>(3 * plane);
        for (var i = 0; i < plane; i++)
        {
            samples[i] = packed[3 * i];
            samples[plane + i] = packed[3 * i + 1];
            samples[2 * plane + i] = packed[3 * i + 2];
        }

        return new(size, PictureLayout.Rgb, RgbTags, samples);
    }
}
