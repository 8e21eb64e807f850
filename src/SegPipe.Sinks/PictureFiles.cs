using System.Globalization;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Outputs;
using SegPipe.Parts;

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
        _path = OutputPath.OrPiece(context, path, "");
    }

    private bool IsOneFile => _path.EndsWith(".png", StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes the folder, so that a run does not begin that cannot write.</summary>
    /// <exception cref="SegPipeException">73 if it cannot be made.</exception>
    public void Prepare() => OutputPath.MakeFolder(IsOneFile ? Path.GetDirectoryName(_path)! : _path);

    /// <summary>Writes the files of all parts of a video under their numbers in the whole.</summary>
    /// <exception cref="SegPipeException">65 if a piece cannot be read; 73 or 74 if a file cannot be written.</exception>
    public void Join(IReadOnlyList<PartPiece> pieces, CancellationToken abort)
    {
        Prepare();
        foreach (var piece in pieces)
        {
            var folder = piece.Of(_context.Id, "");
            foreach (var from in PieceFiles.Guarded(folder, () => Directory.GetFiles(folder, "*.png")).Order(StringComparer.Ordinal))
            {
                abort.ThrowIfCancellationRequested();
                if (!long.TryParse(Path.GetFileNameWithoutExtension(from), CultureInfo.InvariantCulture, out var number)) throw PieceFiles.Unfit(from, "has no number for its name");
                Write(IsOneFile ? _path : NameOf(number + piece.Shift), PieceFiles.Guarded(from, () => File.ReadAllBytes(from)), unique: IsOneFile, durable: true);
            }
        }
    }

    /// <summary>Writes the file of a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="png">The file's content.</param>
    /// <exception cref="SegPipeException">73 if the name is taken by an earlier frame or the file cannot be created, 74 if it cannot be written.</exception>
    public void Write(Frame frame, ReadOnlySpan<byte> png)
    {
        var name = frame.Format.Name;
        // Numbers cannot repeat; remembering them would let a long run grow.
        Write(IsOneFile ? _path : name is null ? NameOf(frame.Header.Sequence) : Path.Combine(_path, name + ".png"), png, unique: IsOneFile || name is not null, durable: _context.Part is not null);
    }

    private string NameOf(long number) => Path.Combine(_path, number.ToString("D6", CultureInfo.InvariantCulture) + ".png");

    private void Write(string path, ReadOnlySpan<byte> png, bool unique, bool durable)
    {
        if (unique && !_used.Add(path))
        {
            throw new SegPipeException(ExitCode.CannotCreate, $"{_context.Id}: {path} was already written for an earlier picture of this run.",
                IsOneFile ? "Name a folder: it takes a file for each picture." : "Give the input pictures different names.");
        }

        using var file = new PartialFile(path, durable: durable);
        file.Write(png);
        file.Complete();
        _context.Status.CountWritten(png.Length);
    }
}
