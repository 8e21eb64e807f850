using SegPipe.Frames;
using SegPipe.Pictures;

namespace SegPipe.Stages.Kernels;

/// <summary>The colours of <see cref="PaletteBlend"/> in the samples of one picture format.</summary>
internal sealed class PaletteBlendPlan
{
    /// <param name="picture">Format of the pictures, before and after.</param>
    /// <param name="colors">Red, green, blue of the classes from 0; classes behind the last have no colour.</param>
    /// <param name="opacity">Share of the colour, 0–1, rounded to 1/256.</param>
    public PaletteBlendPlan(PictureFormat picture, IReadOnlyList<(byte R, byte G, byte B)> colors, double opacity)
    {
        if (opacity is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(opacity), opacity, "opacity lies between 0 and 1");
        if (colors.Count > 255) throw new ArgumentException($"{colors.Count} colours; class 255 has none");

        Layout = picture.Layout;
        Size = picture.Size;
        PictureBytes = picture.FrameBytes!.Value;
        Share = (ushort)Math.Round(opacity * 256);
        Count = colors.Count;
        var matrix = YuvCoefficients.Of(picture.Color);
        for (var label = 0; label < colors.Count; label++)
        {
            var (r, g, b) = colors[label];
            (First[label], Second[label], Third[label]) = Layout == PictureLayout.Rgb ? (r, g, b) : matrix.FromRgb(r, g, b);
        }
    }

    public PictureLayout Layout { get; }

    public PictureSize Size { get; }

    public int PictureBytes { get; }

    /// <summary>Weight of the colour in 256ths.</summary>
    public ushort Share { get; }

    /// <summary>Classes from here on have no colour.</summary>
    public int Count { get; }

    /// <summary>Samples of each class's colour in the first plane: Y or red.</summary>
    public byte[] First { get; } = new byte[256];

    /// <summary>U or green.</summary>
    public byte[] Second { get; } = new byte[256];

    /// <summary>V or blue.</summary>
    public byte[] Third { get; } = new byte[256];
}
