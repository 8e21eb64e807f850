using SegPipe.Frames;

namespace SegPipe.Stages.Kernels;

/// <summary>
/// Picture to network input: bilinear sampling, colour conversion, normalisation.
/// <para>
/// The result is defined in this order, in float32, every operation rounded on its own. (1) Each plane is sampled at the position that the coordinate rule gives
/// for the tensor's pixel, clamped to the picture: rows first, then columns, each as <c>a + w · (b − a)</c>. A chroma sample of I420 stands for its four pixels,
/// as in the conversions that networks are trained behind (FFmpeg's, OpenCV's): neighbours in one block are one sample. (2) YUV becomes RGB by the picture's matrix
/// and range and is clamped to 0–255, but not rounded. Converting after sampling equals converting before, for all is linear, but where a source pixel itself would
/// have been clamped. (3) A float32 element is level · (scale / 255) − mean · scale, a byte is the level rounded to the nearest, halves up. Outside the placement
/// every channel holds its mean: 0 as float32.
/// </para>
/// <para>Within 1/255 of the same in real numbers before normalisation; the vector path is bit-exact equal to the reference.</para>
/// </summary>
internal static partial class ResizeBilinear
{
    /// <summary>Fills <paramref name="tensor"/> from <paramref name="picture"/>, both of the plan's formats.</summary>
    /// <exception cref="ArgumentException">A span is not of the plan's size.</exception>
    public static void Run(ResizePlan plan, ReadOnlySpan<byte> picture, Span<byte> tensor)
    {
        Check(plan, picture, tensor);
        RunVector(plan, picture, tensor);
    }

    /// <summary>The plain loops that define the result.</summary>
    /// <exception cref="ArgumentException">A span is not of the plan's size.</exception>
    public static void RunReference(ResizePlan plan, ReadOnlySpan<byte> picture, Span<byte> tensor)
    {
        Check(plan, picture, tensor);
        for (var y = 0; y < plan.Target.Height; y++)
            for (var x = 0; x < plan.Target.Width; x++)
                Pixel(plan, picture, tensor, x, y);
    }

    /// <summary>Place, in elements, of a channel's element.</summary>
    private static int Index(ResizePlan plan, int x, int y, int channel) => plan.TensorLayout == TensorLayout.Nchw
        ? (channel * plan.Target.Height + y) * plan.Target.Width + x
        : (y * plan.Target.Width + x) * 3 + channel;

    private static byte ToByte(float value) => (byte)Math.Clamp(MathF.Floor(value + 0.5f), 0, 255);

    private static void Check(ResizePlan plan, ReadOnlySpan<byte> picture, Span<byte> tensor)
    {
        if (picture.Length != plan.PictureBytes || tensor.Length != plan.TensorBytes)
            throw new ArgumentException($"picture of {picture.Length} and tensor of {tensor.Length} bytes instead of {plan.PictureBytes} and {plan.TensorBytes}");
    }
}
