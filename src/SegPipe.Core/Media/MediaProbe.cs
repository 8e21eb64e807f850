using System.Text.Json;
using System.Text.RegularExpressions;
using SegPipe.Processes;

namespace SegPipe.Media;

/// <summary>Finds out what a file holds, by a confined ffprobe.</summary>
public static partial class MediaProbe
{
    /// <summary>Reads a file's headers; those of a file that is as it was are not read again.</summary>
    /// <exception cref="SegPipeException">66: the file is missing or not readable. 65: it cannot be used; the message says why.</exception>
    public static MediaInfo Read(string path, FfmpegTools tools)
    {
        var full = Path.GetFullPath(path);
        CheckReadable(path, full);
        return tools.Remember(new(full), () => Ask(path, full, tools));
    }

    private static MediaInfo Ask(string path, string full, FfmpegTools tools)
    {
        string[] arguments =
        [
            "-hide_banner", "-v", "error",
            .. FfmpegArguments.FileInput(full),
            "-of", "json", "-show_format", "-show_streams",
        ];
        using var child = tools.StartProbe(arguments, new SandboxPolicy { Readable = [full] });
        using var output = new MemoryStream();
        child.Output.CopyTo(output);
        if (child.WaitForExit() != 0 || child.KillReason is not null)
            throw Unusable(path, Cause(child));
        using var json = JsonDocument.Parse(output.GetBuffer().AsMemory(0, (int)output.Length));
        var info = MediaJson.Read(full, json.RootElement)
            ?? throw Unusable(path, "has no video track", "Name a file with pictures in it.");
        return info.Video.Size is { Width: > 0, Height: > 0 }
            ? info
            : throw Unusable(path, $"has a video track without a size ({info.Video.Size})", "The recording may be cut off before its first key frame; record it again.");
    }

    private static void CheckReadable(string path, string full)
    {
        if (Directory.Exists(full))
            throw Unusable(path, "is a folder, not a video", "Name a file, or use the source image_folder.");
        try
        {
            using var file = File.OpenRead(full);
            if (file.CanSeek && file.Length == 0)
                throw Unusable(path, "is empty (0 bytes)", "Copy or record it again.");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SegPipeException(ExitCode.InputMissing, $"The input {path} does not exist.", "Check the path.", missing);
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            throw new SegPipeException(ExitCode.InputMissing, $"The input {path} cannot be read: {refused.Message}", "Check its permissions.", refused);
        }
    }

    private static (string Cause, string Advice) Cause(ChildProcess child)
    {
        var text = string.Join('\n', child.ErrorLines);
        if (child.KillReason is { } reason)
            return ($"could not be examined: ffprobe {reason}", "Check the disk that it lies on.");
        if (text.Contains("moov atom not found", StringComparison.Ordinal) || text.Contains("End of file", StringComparison.Ordinal))
            return ("is not a video, or its header is cut off", "Copy or record it again.");
        if (EmptySize().Match(text) is { Success: true } size)
            return ($"has pictures of {size.Groups[1].Value}", "Record it again.");
        if (text.Contains("whitelist", StringComparison.Ordinal))
            return ("is of a format that SegPipe does not read", $"Convert it first: ffmpeg -i INPUT OUTPUT.mkv");
        if (text.Contains("Permission denied", StringComparison.Ordinal))
            return ("cannot be read by the confined FFmpeg: permission denied", "Check its owner and permissions.");
        return ("is not a video that FFmpeg knows", "Check that it is the right file: ffprobe INPUT");
    }

    [GeneratedRegex("Picture size (0x[0-9]+|[0-9]+x0) is invalid")]
    private static partial Regex EmptySize();

    private static SegPipeException Unusable(string path, (string Cause, string Advice) why) => Unusable(path, why.Cause, why.Advice);

    private static SegPipeException Unusable(string path, string cause, string advice) =>
        new(ExitCode.InputUnusable, $"The input {path} {cause}.", advice);
}
