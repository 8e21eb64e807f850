using SegPipe.Frames;
using SegPipe.Pictures;
using SegPipe.Sources.Street;

namespace SegPipe.Benchmarks.Pipelines;

/// <summary>A few I420 pictures of the street, rendered once and given out in turn.</summary>
public sealed class PreparedPictures
{
    private const int Count = 4;
    private readonly byte[][] _pictures;

    /// <summary>Renders them.</summary>
    public PreparedPictures(PictureSize size)
    {
        var scene = new StreetScene(size.Width, size.Height, seed: 9005, Environment.ProcessorCount);
        var converter = new Rgb24ToI420(new(ColorRange.Limited, ColorMatrix.Bt709));
        byte[] rgb = new byte[3 * size.Width * size.Height], labels = new byte[size.Width * size.Height];
        _pictures = [.. Enumerable.Range(0, Count).Select(i =>
        {
            scene.Render(2 + i * 0.04, rgb, labels);
            var picture = new byte[size.Width * size.Height * 3 / 2];
            converter.Convert(rgb, picture, size.Width, size.Height);
            return picture;
        })];
    }

    /// <summary>The picture that stands for a number.</summary>
    public ReadOnlySpan<byte> this[int number] => _pictures[number % Count];
}
