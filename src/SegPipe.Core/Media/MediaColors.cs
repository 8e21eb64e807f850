using SegPipe.Frames;

namespace SegPipe.Media;

/// <summary>FFmpeg's words for colour, and what is assumed where a file is silent.</summary>
internal static class MediaColors
{
    /// <summary>FFmpeg's name of a matrix.</summary>
    public static string Matrix(ColorMatrix matrix) => matrix switch
    {
        ColorMatrix.Bt709 => "bt709",
        ColorMatrix.Bt2020 => "bt2020nc",
        _ => "smpte170m",
    };

    /// <summary>Whether a pixel format holds RGB, which decode converts to BT.709.</summary>
    public static bool IsRgb(string? pixelFormat) => pixelFormat is not null
        && (pixelFormat.Contains("rgb", StringComparison.Ordinal) || pixelFormat.Contains("bgr", StringComparison.Ordinal)
            || pixelFormat.StartsWith("gbr", StringComparison.Ordinal) || pixelFormat is "pal8" or "0rgb" or "xyz12le");

    /// <summary>
    /// The tags of the pictures that decode makes: as stated; where the file is silent, limited range, and BT.709 from 1280×720
    /// on, BT.601 below, as players assume.
    /// </summary>
    public static ColorTags Tags(string? pixelFormat, string? range, string? matrix, string? primaries, string? transfer, PictureSize size)
    {
        if (IsRgb(pixelFormat))
            return new(ColorRange.Limited, ColorMatrix.Bt709, Known(primaries), Known(transfer));
        var full = range == "pc"
            || new[] { "yuvj", "gray", "mono", "ya" }.Any(name => pixelFormat?.StartsWith(name, StringComparison.Ordinal) == true);
        var coefficients = matrix switch
        {
            "bt709" => ColorMatrix.Bt709,
            "bt2020nc" or "bt2020c" => ColorMatrix.Bt2020,
            "smpte170m" or "bt470bg" or "fcc" => ColorMatrix.Bt601,
            _ => size.Width >= 1280 || size.Height > 576 ? ColorMatrix.Bt709 : ColorMatrix.Bt601,
        };
        return new(full ? ColorRange.Full : ColorRange.Limited, coefficients, Known(primaries), Known(transfer));
    }

    private static string? Known(string? word) => word is null or "unknown" or "reserved" ? null : word;
}
