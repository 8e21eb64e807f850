using SegPipe.Frames;

namespace SegPipe.Stages.Tests.Kernels;

/// <summary>The resize kernel's definition written again from the standards, in double precision: levels 0–255 in NCHW, RGB, zero outside.</summary>
internal static class ResizeOracle
{
    public static double[] Levels(PictureFormat format, TensorFormat tensor, byte[] picture, CoordinateRule rule)
    {
        int width = tensor.Size.Width, height = tensor.Size.Height;
        var at = tensor.Placement;
        var levels = new double[3 * width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                if (x + 0.5 < at.X || x + 0.5 >= at.X + at.Width || y + 0.5 < at.Y || y + 0.5 >= at.Y + at.Height) continue;
                var sx = Math.Clamp(Position(x - at.X, format.Size.Width, at.Width, rule), 0, format.Size.Width - 1);
                var sy = Math.Clamp(Position(y - at.Y, format.Size.Height, at.Height, rule), 0, format.Size.Height - 1);
                var (r, g, b) = At(format, picture, sx, sy);
                levels[y * width + x] = r;
                levels[(height + y) * width + x] = g;
                levels[(2 * height + y) * width + x] = b;
            }

        return levels;
    }

    /// <summary>Red, green and blue, clamped, at a position of the picture.</summary>
    public static (double R, double G, double B) At(PictureFormat format, byte[] picture, double x, double y)
    {
        int width = format.Size.Width, height = format.Size.Height, plane = width * height, cw = (width + 1) / 2, ch = (height + 1) / 2;
        if (format.Layout == PictureLayout.Rgb)
            return (Sample(picture, 0, width, height, x, y), Sample(picture, plane, width, height, x, y), Sample(picture, 2 * plane, width, height, x, y));

        // The chroma of every pixel of a block is the block's.
        var luma = Sample(picture, 0, width, height, x, y);
        var cb = Sample(picture, plane, width, height, x, y, block: 2);
        var cr = Sample(picture, plane + cw * ch, width, height, x, y, block: 2);
        return Rgb(format.Color, luma, cb, cr);
    }

    /// <summary>Solves the standards' equations Y' = Kr R + Kg G + Kb B, Cb = (B − Y') / (2 − 2 Kb), Cr = (R − Y') / (2 − 2 Kr) for R, G, B.</summary>
    public static (double R, double G, double B) Rgb(ColorTags tags, double luma, double cb, double cr)
    {
        var (kr, kb) = tags.Matrix switch { ColorMatrix.Bt601 => (0.299, 0.114), ColorMatrix.Bt709 => (0.2126, 0.0722), _ => (0.2627, 0.0593) };
        var y = tags.Range == ColorRange.Limited ? (luma - 16) / 219 : luma / 255;
        var u = (cb - 128) / (tags.Range == ColorRange.Limited ? 224 : 255);
        var v = (cr - 128) / (tags.Range == ColorRange.Limited ? 224 : 255);
        var r = y + v * 2 * (1 - kr);
        var b = y + u * 2 * (1 - kb);
        var g = (y - kr * r - kb * b) / (1 - kr - kb);
        return (255 * Math.Clamp(r, 0, 1), 255 * Math.Clamp(g, 0, 1), 255 * Math.Clamp(b, 0, 1));
    }

    private static double Position(double i, int source, double extent, CoordinateRule rule) => rule switch
    {
        CoordinateRule.HalfPixel => (i + 0.5) / extent * source - 0.5,
        CoordinateRule.Asymmetric => i / extent * source,
        _ => extent > 1 ? i / (extent - 1) * (source - 1) : i * (source - 1),
    };

    private static double Sample(byte[] bytes, int plane, int width, int height, double x, double y, int block = 1)
    {
        (x, y) = (Math.Clamp(x, 0, width - 1), Math.Clamp(y, 0, height - 1));
        int x0 = (int)x, y0 = (int)y, x1 = Math.Min(x0 + 1, width - 1), y1 = Math.Min(y0 + 1, height - 1), stride = (width + block - 1) / block;
        double wx = x - x0, wy = y - y0;
        return (1 - wy) * ((1 - wx) * At(x0, y0) + wx * At(x1, y0)) + wy * ((1 - wx) * At(x0, y1) + wx * At(x1, y1));

        double At(int column, int row) => bytes[plane + row / block * stride + column / block];
    }
}
