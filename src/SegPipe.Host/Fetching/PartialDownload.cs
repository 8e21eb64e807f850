using System.Net.Http.Headers;
using SegPipe.Outputs;

namespace SegPipe.Host.Fetching;

/// <summary>What was fetched of a file so far, beside it the server's tag that tells whether the rest still belongs to it.</summary>
internal sealed class PartialDownload
{
    private readonly string _path;

    /// <summary>Looks for what an earlier run left.</summary>
    /// <param name="path">Final name.</param>
    public PartialDownload(string path)
    {
        _path = System.IO.Path.GetFullPath(path);
        OutputPath.MakeFolder(System.IO.Path.GetDirectoryName(_path)!);
    }

    /// <summary>The unfinished file.</summary>
    public string Path => _path + ".partial";

    /// <summary>Bytes on disk.</summary>
    public long Length => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    /// <summary>The server's tag, or null where it gave none that stands for the very bytes.</summary>
    public EntityTagHeaderValue? Tag => File.Exists(TagPath) && EntityTagHeaderValue.TryParse(File.ReadAllText(TagPath), out var tag) ? tag : null;

    private string TagPath => _path + ".partial.tag";

    /// <summary>Opens the file behind its first bytes; what comes after them is thrown away.</summary>
    /// <param name="start">Bytes to keep.</param>
    /// <param name="tag">The server's tag.</param>
    /// <exception cref="SegPipeException">73 if it cannot be created.</exception>
    public FileStream Open(long start, EntityTagHeaderValue? tag)
    {
        try
        {
            // A weak tag does not promise the same bytes.
            if (tag is { IsWeak: false }) File.WriteAllText(TagPath, tag.ToString());
            else File.Delete(TagPath);
            var file = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
            file.SetLength(start);
            file.Position = start;
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputPath.CannotCreate(Path, e);
        }
    }

    /// <summary>Gives the file its final name.</summary>
    public void Complete()
    {
        File.Delete(TagPath);
        File.Move(Path, _path, overwrite: true);
    }

    /// <summary>Removes what is there.</summary>
    public void Discard()
    {
        File.Delete(TagPath);
        File.Delete(Path);
    }
}
