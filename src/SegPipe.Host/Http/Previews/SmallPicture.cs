using SegPipe.Frames;
using SegPipe.Pictures;

namespace SegPipe.Host.Http.Previews;

/// <summary>A picture made small: what people look at.</summary>
/// <param name="Rgb">Rows without padding, red, green and blue of each pixel.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
internal sealed record SmallPicture(byte[] Rgb, int Width, int Height)
{
    /// <summary>A picture of at most so many columns.</summary>
    public static SmallPicture Of(ReadOnlySpan<byte> picture, PictureFormat format, int maxWidth)
    {
        var (width, height) = PlaneShrink.Fit(format.Size.Width, format.Size.Height, maxWidth);
        var rgb = new byte[3 * width * height];
        if (format.Layout == PictureLayout.Rgb)
        {
            var planes = new byte[rgb.Length];
            for (var plane = 0; plane < 3; plane++)
            {
                var size = format.Size.Width * format.Size.Height;
                PlaneShrink.Average(picture.Slice(plane * size, size), format.Size.Width, format.Size.Height, planes.AsSpan(plane * width * height, width * height), width, height);
            }
            I420ToRgb24.PackPlanes(planes, rgb, width, height);
        }
        else
        {
            I420ToRgb24.Convert(Shrink(picture, format.Size, width, height), rgb, width, height, YuvCoefficients.Of(format.Color));
        }
        return new(rgb, width, height);
    }

    private static byte[] Shrink(ReadOnlySpan<byte> i420, PictureSize size, int width, int height)
    {
        int chromaWidth = (size.Width + 1) / 2, chromaHeight = (size.Height + 1) / 2, smallWidth = (width + 1) / 2, smallHeight = (height + 1) / 2;
        int luma = size.Width * size.Height, chroma = chromaWidth * chromaHeight, smallLuma = width * height, smallChroma = smallWidth * smallHeight;
        var small = new byte[smallLuma + 2 * smallChroma];
        PlaneShrink.Average(i420[..luma], size.Width, size.Height, small.AsSpan(0, smallLuma), width, height);
        for (var plane = 0; plane < 2; plane++)
            PlaneShrink.Average(i420.Slice(luma + plane * chroma, chroma), chromaWidth, chromaHeight, small.AsSpan(smallLuma + plane * smallChroma, smallChroma), smallWidth, smallHeight);
        return small;
    }
}
