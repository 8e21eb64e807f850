using SegPipe.Models.Import;
using SegPipe.Testing;

namespace SegPipe.ImportFuzz;

/// <summary>A sound model to be damaged: a file, a folder, or a checkpoint's <c>.index</c> with what belongs to it.</summary>
internal sealed class FuzzSource
{
    private readonly string _name;
    private readonly (string Name, byte[] Content)[] _files;

    private FuzzSource(string name, (string, byte[])[] files) => (_name, _files) = (name, files);

    /// <summary>Bytes of all its files.</summary>
    public long Bytes => _files.Sum(file => (long)file.Content.Length);

    /// <summary>Reads a model.</summary>
    public static FuzzSource Read(string path)
    {
        var source = new ImportSource(path);
        var root = source.IsFolder ? Path.GetFullPath(path) : Path.GetDirectoryName(Path.GetFullPath(path))!;
        return new(source.IsFolder ? "" : source.Name, [.. source.Files().Order(StringComparer.Ordinal).Select(file => (Path.GetRelativePath(root, Path.GetFullPath(file)), File.ReadAllBytes(file)))]);
    }

    /// <summary>Writes a copy in which one file is damaged; a negative case is a sound copy.</summary>
    /// <param name="folder">Where to; what is there is replaced.</param>
    /// <param name="seed">Seed of all cases.</param>
    /// <param name="number">Number of the case.</param>
    /// <returns>The path to be imported.</returns>
    public string Write(string folder, int seed, int number)
    {
        var random = new Random(unchecked(seed * 1_000_003 + number));
        // A checkpoint's index is small and steers everything; its data are large and steer nothing.
        var victim = random.Next(4) == 0 ? random.Next(_files.Length) : Array.IndexOf(_files, _files.MinBy(file => file.Content.Length));
        for (var i = 0; i < _files.Length; i++)
        {
            var path = Path.Combine(folder, _files[i].Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, number >= 0 && i == victim ? Mutation.Of(_files[i].Content, random) : _files[i].Content);
        }

        return Path.Combine(folder, _name);
    }
}
