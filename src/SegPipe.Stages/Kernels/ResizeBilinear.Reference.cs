using System.Runtime.InteropServices;
using SegPipe.Frames;

namespace SegPipe.Stages.Kernels;

internal static partial class ResizeBilinear
{
    private static void Pixel(ResizePlan plan, ReadOnlySpan<byte> picture, Span<byte> tensor, int x, int y)
    {
        var inside = x >= plan.Columns.First && x < plan.Columns.End && y >= plan.Rows.First && y < plan.Rows.End;
        var (red, green, blue) = !inside ? default : plan.Layout == PictureLayout.Rgb ? SampleRgb(plan, picture, x, y) : SampleI420(plan, picture, x, y);
        for (var channel = 0; channel < 3; channel++)
        {
            var level = plan.Component[channel] switch { 0 => red, 1 => green, _ => blue };
            var value = inside ? level * plan.Gain[channel] + plan.Bias[channel] : plan.Pad[channel];
            var index = Index(plan, x, y, channel);
            if (plan.Element == ElementType.UInt8) tensor[index] = ToByte(value);
            else MemoryMarshal.Cast<byte, float>(tensor)[index] = value;
        }
    }

    private static (float Red, float Green, float Blue) SampleRgb(ResizePlan plan, ReadOnlySpan<byte> picture, int x, int y)
    {
        var size = plan.Source.Width * plan.Source.Height;
        return (Sample(picture[..size], plan.Columns, plan.Rows, x, y), Sample(picture.Slice(size, size), plan.Columns, plan.Rows, x, y),
            Sample(picture[(2 * size)..], plan.Columns, plan.Rows, x, y));
    }

    private static (float Red, float Green, float Blue) SampleI420(ResizePlan plan, ReadOnlySpan<byte> picture, int x, int y)
    {
        int luma = plan.Source.Width * plan.Source.Height, chroma = plan.ChromaWidth * plan.ChromaHeight;
        var l = (Sample(picture[..luma], plan.Columns, plan.Rows, x, y) - plan.LumaOffset) * plan.LumaGain;
        var u = Sample(picture.Slice(luma, chroma), plan.ChromaColumns, plan.ChromaRows, x, y) - 128;
        var v = Sample(picture[(luma + chroma)..], plan.ChromaColumns, plan.ChromaRows, x, y) - 128;
        return (Clamp(l + plan.RedFromV * v), Clamp(l - plan.GreenFromU * u - plan.GreenFromV * v), Clamp(l + plan.BlueFromU * u));
    }

    private static float Sample(ReadOnlySpan<byte> plane, BilinearAxis columns, BilinearAxis rows, int x, int y)
    {
        int top = rows.Low[y] * columns.SourceLength, bottom = rows.High[y] * columns.SourceLength;
        var left = Between(plane[top + columns.Low[x]], plane[bottom + columns.Low[x]], rows.Weight[y]);
        var right = Between(plane[top + columns.High[x]], plane[bottom + columns.High[x]], rows.Weight[y]);
        return Between(left, right, columns.Weight[x]);
    }

    private static float Between(float a, float b, float weight) => a + weight * (b - a);

    private static float Clamp(float level) => level < 0 ? 0 : level > 255 ? 255 : level;
}
