namespace SegPipe.Frames;

/// <summary>Which sample values mean black and white.</summary>
public enum ColorRange
{
    /// <summary>Luma 16–235, chroma 16–240.</summary>
    Limited,

    /// <summary>0–255.</summary>
    Full,
}

/// <summary>Coefficients between RGB and YUV.</summary>
public enum ColorMatrix
{
    /// <summary>ITU-R BT.601.</summary>
    Bt601,

    /// <summary>ITU-R BT.709.</summary>
    Bt709,

    /// <summary>ITU-R BT.2020, non-constant luminance.</summary>
    Bt2020,
}

/// <summary>How sample values are to be shown; primaries and transfer are FFmpeg's words, null where the input is silent.</summary>
public sealed record ColorTags(ColorRange Range, ColorMatrix Matrix, string? Primaries = null, string? Transfer = null);
