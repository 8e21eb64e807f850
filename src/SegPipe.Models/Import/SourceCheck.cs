using System.Text;

namespace SegPipe.Models.Import;

/// <summary>What people hand over in place of a model: nothing, an address's answer, a pointer to a file that was not fetched.</summary>
internal static class SourceCheck
{
    private const int HeadBytes = 512;

    /// <summary>Complains about a path that cannot hold a model whatever its name says.</summary>
    /// <exception cref="SegPipeException">66 missing, 65 empty, a Git-LFS pointer or a web page, 74 unreadable.</exception>
    public static void Require(ImportSource source)
    {
        if (source.IsFolder) return;
        if (!File.Exists(source.Path))
        {
            if (File.Exists(source.Path + ".index")) return;
            throw new SegPipeException(ExitCode.InputMissing, $"There is nothing at {source.Path}.", "Name a file, a SavedModel folder, or a checkpoint by its prefix or .index file.");
        }

        var head = Head(source);
        if (head.Length == 0) throw new SegPipeException(ExitCode.InputUnusable, $"{source.Path} is empty.", "Fetch it again.");
        if (head.AsSpan().StartsWith("version https://git-lfs"u8))
            throw new SegPipeException(ExitCode.InputUnusable, $"{source.Path} is a Git-LFS pointer, not the model that it stands for.", "Fetch the file itself: git lfs pull, or the download button of the web page.");
        if (IsPage(head))
            throw new SegPipeException(ExitCode.InputUnusable, $"{source.Path} is a web page, not a model.", "Use the address of the raw file.");
    }

    /// <summary>What can be said of content that nobody recognises.</summary>
    public static string Describe(ImportSource source)
    {
        if (source.IsFolder) return "the folder has no saved_model.pb";
        var head = Head(source);
        return head.Length == 0 ? "the file is empty" : $"it begins with {Convert.ToHexString(head.AsSpan(0, Math.Min(8, head.Length)))} (hexadecimal)";
    }

    private static byte[] Head(ImportSource source)
    {
        try
        {
            return source.Head(HeadBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.IoError, $"{source.Path} cannot be read: {e.Message}", "Check the file's rights and the disk.", e);
        }
    }

    private static bool IsPage(byte[] head)
    {
        var text = Encoding.UTF8.GetString(head).TrimStart('\ufeff', ' ', '\t', '\r', '\n');
        return ((string[])["<!doctype", "<html", "<head", "<?xml"]).Any(start => text.StartsWith(start, StringComparison.OrdinalIgnoreCase));
    }
}
