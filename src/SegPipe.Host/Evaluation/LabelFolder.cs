using SegPipe.Frames;
using SegPipe.Pictures;

namespace SegPipe.Host.Evaluation;

/// <summary>True class maps as gray or indexed PNG files called like the pictures.</summary>
internal sealed class LabelFolder(string folder) : ITruth
{
    /// <inheritdoc/>
    public TrueLabels Next(Frame frame)
    {
        var path = Path.Combine(folder, $"{frame.Format.Name}.png");
        if (!File.Exists(path)) throw new SegPipeException(ExitCode.InputMissing, $"The picture {frame.Format.Name} has no class map {path}.", "Class maps are called like their pictures, with .png behind.");
        var image = PngReader.Read(path);
        return image.Channels == 1
            ? new(path, new(image.Width, image.Height), image.Samples)
            : throw new SegPipeException(ExitCode.InputUnusable, $"{path} is a colour picture, not a class map.", "A class map is a gray or indexed PNG whose values are class numbers.");
    }

    /// <inheritdoc/>
    public void RequireEnd()
    {
        // Class maps of pictures that are not evaluated are no contradiction.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
