using SegPipe.Frames;
using SegPipe.Models;

namespace SegPipe.Stages.Kernels;

/// <summary>Where a picture lies in a network's input, in whole pixels of it, centred.</summary>
internal static class PictureFitting
{
    /// <summary>The placement of a picture, shown with its sample aspect, in an input of <paramref name="size"/>.</summary>
    public static Placement Place(PictureFit fit, PictureFormat picture, PictureSize size)
    {
        if (fit == PictureFit.Stretch) return new(0, 0, size.Width, size.Height);

        var shownWidth = picture.Size.Width * picture.SampleAspect.Value;
        double scaleX = size.Width / shownWidth, scaleY = (double)size.Height / picture.Size.Height;
        var scale = fit == PictureFit.Letterbox ? Math.Min(scaleX, scaleY) : Math.Max(scaleX, scaleY);
        var width = Math.Max(1, Math.Round(shownWidth * scale));
        var height = Math.Max(1, Math.Round(picture.Size.Height * scale));
        return new(Math.Floor((size.Width - width) / 2), Math.Floor((size.Height - height) / 2), width, height);
    }
}
