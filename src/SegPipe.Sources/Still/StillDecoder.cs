using System.Globalization;
using System.Text;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Processes;

namespace SegPipe.Sources.Still;

/// <summary>Decodes files that hold one picture, each by a child of its own that sees nothing but the file.</summary>
internal sealed class StillDecoder(ComponentContext context)
{
    private const int MaxPixels = 8192 * 8192;

    private readonly FfmpegTools _tools = FfmpegTools.For(context);

    /// <summary>Decodes a file: still pictures to RGB, a video's only picture to its own 4:2:0 samples where it has 8 bits.</summary>
    /// <exception cref="SegPipeException">66 missing, 65 not a picture, damaged, or with more pictures than one.</exception>
    public StillPicture Decode(string path)
    {
        if (StillFormats.DemuxerFor(ReadStart(path)) is { } demuxer)
        {
            return Run(path, new StillArguments { Path = path, Demuxer = demuxer }, ReadPpm);
        }

        var video = MediaProbe.Read(path, _tools).Video;
        if (video.PixelFormat is not ("yuv420p" or "yuvj420p")) return Run(path, new StillArguments { Path = path }, ReadPpm);
        var size = video.Rotation is 90 or 270 ? new PictureSize(video.Size.Height, video.Size.Width) : video.Size;
        var bytes = new PictureFormat { TimeBase = new(1, 1), Size = size, Color = video.Color }.FrameBytes!.Value;
        return Run(path, new StillArguments { Path = path, PixelFormat = video.PixelFormat }, output =>
        {
            var samples = new byte[bytes];
            output.ReadExactly(samples);
            return new StillPicture(size, PictureLayout.I420, video.Color, samples);
        });
    }

    private static byte[] ReadStart(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var start = new byte[12];
            var count = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return count > 0 ? start[..count] : throw Unusable(path, "is empty (0 bytes)", null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SegPipeException(ExitCode.InputMissing, $"The picture {path} does not exist.", "Check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.InputMissing, $"The picture {path} cannot be read: {e.Message}", "Check its permissions.", e);
        }
    }

    private static StillPicture ReadPpm(Stream output)
    {
        // FFmpeg writes "P6\nWIDTH HEIGHT\n255\n" and then the samples.
        if (ReadLine(output) != "P6") throw new EndOfStreamException();
        var size = ReadLine(output).Split(' ');
        _ = ReadLine(output);
        int width = int.Parse(size[0], CultureInfo.InvariantCulture), height = int.Parse(size[1], CultureInfo.InvariantCulture);
        if (width < 1 || height < 1 || (long)width * height > MaxPixels) throw new InvalidDataException($"{width}x{height} is too large");
        var packed = new byte[3 * width * height];
        output.ReadExactly(packed);
        return StillPicture.FromPacked(new(width, height), packed);
    }

    private static string ReadLine(Stream output)
    {
        var line = new StringBuilder();
        for (var value = output.ReadByte(); value != '\n'; value = output.ReadByte())
        {
            if (value < 0 || line.Length > 32) throw new EndOfStreamException();
            line.Append((char)value);
        }

        return line.ToString();
    }

    private static SegPipeException Unusable(string path, string why, Exception? inner) =>
        new(ExitCode.InputUnusable, $"The picture {path} {why}.", "Check that it is the right file, and whole.", inner);

    private StillPicture Run(string path, StillArguments arguments, Func<Stream, StillPicture> read)
    {
        using var child = _tools.Start(context, arguments.Build(_tools), new ChildOptions { Role = "decode", HasOutput = true }, new SandboxPolicy { Readable = [path] });
        StillPicture picture;
        bool more;
        try
        {
            picture = read(child.Output);
            more = child.Output.ReadByte() >= 0;
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or FormatException or OverflowException)
        {
            var failure = child.Failure("put out no picture");
            // The first line is the cause, what follows are its consequences.
            throw Unusable(path, $"cannot be decoded: {(failure.ErrorLines is [var first, ..] ? WithoutOrigin(first) : failure.Message)}", failure);
        }

        if (more) throw Unusable(path, "has more than one picture; use the source video_file", null);
        // FFmpeg ends with 0 on a damaged picture too, and hands out what it could decode of it.
        if (child.WaitForExit() != 0 || child.ErrorLines.Any(IsDamage))
        {
            throw Unusable(path, $"is damaged: {WithoutOrigin(child.ErrorLines.LastOrDefault(IsDamage) ?? "FFmpeg failed")}", null);
        }

        return picture;
    }

    // FFmpeg begins its lines with the part that speaks and its address: "[mjpeg @ 0x55d0] overread 8".
    private static string WithoutOrigin(string line) =>
        line.StartsWith('[') && line.IndexOf("] ", StringComparison.Ordinal) is >= 0 and var end ? WithoutOrigin(line[(end + 2)..]) : line.TrimEnd('.');

    private static bool IsDamage(string line) =>
        line.Contains("error", StringComparison.OrdinalIgnoreCase) || line.Contains("truncated", StringComparison.OrdinalIgnoreCase)
        || line.Contains("corrupt", StringComparison.OrdinalIgnoreCase) || line.Contains("overread", StringComparison.OrdinalIgnoreCase);
}
