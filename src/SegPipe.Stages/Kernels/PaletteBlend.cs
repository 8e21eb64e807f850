using SegPipe.Frames;

namespace SegPipe.Stages.Kernels;

/// <summary>
/// A picture with its class map laid over it.
/// <para>
/// The result is defined on integers. With a = opacity in 256ths, a sample s and a colour's sample c give <c>mix(s, c) = (s · (256 − a) + c · a + 128) &gt;&gt; 8</c>.
/// Y, red, green and blue are mixed with the colour of their pixel's class; a class without a colour (255, or behind the palette) leaves them as they are. U and V are
/// mixed with <c>(c1 + c2 + c3 + c4 + 2) &gt;&gt; 2</c> over the four pixels that share them (at odd edges the last ones count twice), where pixels without a colour
/// count as the picture's own sample. Colours are converted with the picture's matrix and range and rounded to 8 bits.
/// </para>
/// <para>The vector path is equal to the reference byte for byte.</para>
/// </summary>
internal static partial class PaletteBlend
{
    /// <summary>Fills <paramref name="output"/> from <paramref name="picture"/>, both of the plan's format, and <paramref name="labels"/> (H × W).</summary>
    /// <exception cref="ArgumentException">A span is not of the plan's size.</exception>
    public static void Run(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output)
    {
        Check(plan, picture, labels, output);
        if (IsWide(plan)) RunWide(plan, picture, labels, output);
        else if (plan.Layout == PictureLayout.Rgb) RgbVector(plan, picture, labels, output);
        else I420Vector(plan, picture, labels, output);
    }

    /// <summary>The plain loops that define the result.</summary>
    /// <exception cref="ArgumentException">A span is not of the plan's size.</exception>
    public static void RunReference(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output)
    {
        Check(plan, picture, labels, output);
        if (plan.Layout == PictureLayout.Rgb) RgbReference(plan, picture, labels, output, 0);
        else I420Reference(plan, picture, labels, output);
    }

    private static void Check(PaletteBlendPlan plan, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> labels, Span<byte> output)
    {
        if (picture.Length != plan.PictureBytes || output.Length != plan.PictureBytes || labels.Length != plan.Size.Width * plan.Size.Height)
            throw new ArgumentException($"pictures of {picture.Length} and {output.Length} bytes with {labels.Length} labels for {plan.Size}");
    }
}
