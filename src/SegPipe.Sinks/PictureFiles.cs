using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Outputs;

namespace SegPipe.Sinks;

/// <summary>
/// Where a sink that writes one PNG a frame puts them: into a folder, called like the still picture that the frame was made
/// from or else by its number (<c>000000.png</c>), or into one named file, which then takes one frame only.
/// </summary>
internal sealed class PictureFiles
{
    private readonly ComponentContext _context;
    private readonly string _path;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    public PictureFiles(ComponentContext context, string path)
    {
        _context = context;
        _path = OutputPath.Resolve(context, path);
    }

    private bool IsOneFile => _path.EndsWith(".png", StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes the folder, so that a run does not begin that cannot write.</summary>
    /// <exception cref="SegPipeException">73 if it cannot be made.</exception>
    public void Prepare() => OutputPath.MakeFolder(IsOneFile ? Path.GetDirectoryName(_path)! : _path);

    /// <summary>Writes the file of a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="png">The file's content.</param>
    /// <exception cref="SegPipeException">73 if the name is taken by an earlier frame or the file cannot be created, 74 if it cannot be written.</exception>
    public void Write(Frame frame, ReadOnlySpan<byte> png)
    {
        var path = IsOneFile ? _path : Path.Combine(_path, (frame.Format.Name ?? frame.Header.Sequence.ToString("D6")) + ".png");
        // Numbers cannot repeat; remembering them would let a long run grow.
        if ((IsOneFile || frame.Format.Name is not null) && !_used.Add(path))
        {
            throw new SegPipeException(ExitCode.CannotCreate, $"{_context.Id}: {path} was already written for an earlier picture of this run.",
                IsOneFile ? "Name a folder: it takes a file for each picture." : "Give the input pictures different names.");
        }

        using var file = new PartialFile(path);
        file.Write(png);
        file.Complete();
        _context.Status.CountWritten(png.Length);
    }
}
