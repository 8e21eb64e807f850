using SegPipe.Frames;

namespace SegPipe.Pictures;

/// <summary>
/// The linear map between 8-bit YUV and RGB (levels 0–255, not clamped) of a colour matrix and range, as in ITU-R BT.601, BT.709 and BT.2020:
/// <c>y = (Y − LumaOffset) · LumaGain</c>, <c>R = y + RedFromV · (V − 128)</c>, <c>G = y − GreenFromU · (U − 128) − GreenFromV · (V − 128)</c>,
/// <c>B = y + BlueFromU · (U − 128)</c>.
/// </summary>
public sealed record YuvCoefficients
{
    private readonly double _red, _blue, _chromaGain;

    private YuvCoefficients(double red, double blue, bool limited)
    {
        (_red, _blue) = (red, blue);
        LumaOffset = limited ? 16 : 0;
        LumaGain = limited ? 255.0 / 219 : 1;
        _chromaGain = limited ? 255.0 / 224 : 1;
    }

    /// <summary>Y of black.</summary>
    public double LumaOffset { get; }

    /// <summary>RGB levels a step of Y.</summary>
    public double LumaGain { get; }

    /// <summary>Share of red in luma.</summary>
    public double LumaFromRed => _red;

    /// <summary>Share of green in luma.</summary>
    public double LumaFromGreen => 1 - _red - _blue;

    /// <summary>Share of blue in luma.</summary>
    public double LumaFromBlue => _blue;

    /// <summary>Red levels a step of V.</summary>
    public double RedFromV => 2 * (1 - _red) * _chromaGain;

    /// <summary>Green levels taken off a step of U.</summary>
    public double GreenFromU => 2 * (1 - _blue) * _blue / (1 - _red - _blue) * _chromaGain;

    /// <summary>Green levels taken off a step of V.</summary>
    public double GreenFromV => 2 * (1 - _red) * _red / (1 - _red - _blue) * _chromaGain;

    /// <summary>Blue levels a step of U.</summary>
    public double BlueFromU => 2 * (1 - _blue) * _chromaGain;

    /// <summary>The coefficients of a picture's tags.</summary>
    public static YuvCoefficients Of(ColorTags tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        var limited = tags.Range == ColorRange.Limited;
        return tags.Matrix switch
        {
            ColorMatrix.Bt601 => new(0.299, 0.114, limited),
            ColorMatrix.Bt709 => new(0.2126, 0.0722, limited),
            ColorMatrix.Bt2020 => new(0.2627, 0.0593, limited),
            _ => throw new ArgumentOutOfRangeException(nameof(tags), tags.Matrix, "unknown colour matrix"),
        };
    }

    /// <summary>Y, U and V, rounded to 8 bits, of an RGB colour of levels 0–255.</summary>
    public (byte Y, byte U, byte V) FromRgb(double red, double green, double blue)
    {
        var luma = _red * red + (1 - _red - _blue) * green + _blue * blue;
        return (Level(luma / LumaGain + LumaOffset), Level((blue - luma) / BlueFromU + 128), Level((red - luma) / RedFromV + 128));
    }

    private static byte Level(double value) => (byte)Math.Clamp(Math.Floor(value + 0.5), 0, 255);
}
