using System.Runtime.CompilerServices;
using SegPipe.Frames;
using SegPipe.Pictures;
using SegPipe.Runtime;

namespace SegPipe.Host.Http.Previews;

/// <summary>The pictures that are made of what was copied: each once, however many watch.</summary>
internal sealed class PreviewPictures
{
    private const int Quality = 82;

    private readonly ConditionalWeakTable<FrameTap, Made> _made = [];

    /// <summary>The newest copy as a file; null while there is none.</summary>
    public PreviewPicture? Newest(StreamView stream, FrameTap tap, PreviewFile file)
    {
        var made = _made.GetOrCreateValue(tap);
        lock (made)
        {
            var known = made.Files.GetValueOrDefault(file);
            if (known is not null && known.Number == tap.Copies) return known;
            if (!tap.TryLook((bytes, format, _, number) => Encode(Draw(stream, tap, bytes, format), file, number), out var picture)) return null;
            return made.Files[file] = picture;
        }
    }

    private static PreviewPicture Encode(SmallPicture drawing, PreviewFile file, long number) => new(
        file == PreviewFile.Png ? PngWriter.EncodeRgb(drawing.Rgb, drawing.Width, drawing.Height) : JpegWriter.EncodeRgb(drawing.Rgb, drawing.Width, drawing.Height, Quality),
        number);

    private static SmallPicture Draw(StreamView stream, FrameTap tap, ReadOnlySpan<byte> bytes, Format format) => format switch
    {
        PictureFormat picture => SmallPicture.Of(bytes, picture, tap.Settings.MaxWidth),
        LabelsFormat labels => Paint(bytes, labels, tap.Settings.MaxWidth, PreviewRoles.ColorsOf(stream, tap, labels.Classes)),
        _ => throw new InvalidOperationException($"'{tap.Output}' is no picture."),
    };

    /// <summary>Class maps in their classes' colours; what belongs to no class is black.</summary>
    private static SmallPicture Paint(ReadOnlySpan<byte> labels, LabelsFormat format, int maxWidth, Palette palette)
    {
        var (width, height) = PlaneShrink.Fit(format.Size.Width, format.Size.Height, maxWidth);
        var small = new byte[width * height];
        PlaneShrink.Middle(labels, format.Size.Width, format.Size.Height, small, width, height);
        var rgb = new byte[3 * small.Length];
        for (var i = 0; i < small.Length; i++)
            if (small[i] < palette.Rgb.Count) (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]) = palette.Rgb[small[i]];
        return new(rgb, width, height);
    }

    private sealed class Made
    {
        public Dictionary<PreviewFile, PreviewPicture> Files { get; } = [];
    }
}

/// <summary>Forms of a picture.</summary>
internal enum PreviewFile
{
    /// <summary>Small, a little blurred.</summary>
    Jpg,

    /// <summary>Exact.</summary>
    Png,
}

/// <summary>A picture, encoded.</summary>
/// <param name="Content">The file.</param>
/// <param name="Number">Number of the copy that it was made of.</param>
internal sealed record PreviewPicture(byte[] Content, long Number);
