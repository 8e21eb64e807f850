using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Processes;

namespace SegPipe.Host.Evaluation;

/// <summary>True class maps as the luma of a lossless video, one a frame, decoded by a confined FFmpeg.</summary>
internal sealed class LabelVideo : ITruth
{
    private const string Protocols = "file,pipe";

    private readonly string _path;
    private readonly ChildProcess _child;
    private readonly PgmReader _frames;
    private byte[] _labels = [];
    private long _read;

    /// <summary>Opens a video.</summary>
    /// <exception cref="SegPipeException">69 if FFmpeg is missing.</exception>
    public LabelVideo(string path, ComponentContext context)
    {
        _path = path;
        var full = Path.GetFullPath(path);
        var tools = FfmpegTools.For(context);
        // Luma is taken as it is stored: a conversion of range would make other classes of it.
        string[] arguments =
        [
            "-nostdin", "-v", "error", "-protocol_whitelist", Protocols, "-i", full, "-map", "0:v:0", .. tools.PassthroughArguments,
            "-vf", "extractplanes=y", "-c:v", "pgm", "-f", "image2pipe", "pipe:1",
        ];
        _child = tools.Start(context, arguments, new() { Role = "labels", HasOutput = true }, new() { Readable = [full] });
        _frames = new(_child.Output);
    }

    /// <inheritdoc/>
    public TrueLabels Next(Frame frame)
    {
        if (_frames.Read(ref _labels) is not { } size)
        {
            _child.ThrowIfFailed();
            throw Different($"ends after {_read} frames, the video goes on");
        }
        _read++;
        return new($"frame {_read - 1} of {_path}", size, _labels.AsMemory(0, size.Width * size.Height));
    }

    /// <inheritdoc/>
    public void RequireEnd()
    {
        if (_frames.Read(ref _labels) is not null) throw Different($"goes on after {_read} frames, the video does not");
        _child.ThrowIfFailed();
    }

    /// <inheritdoc/>
    public void Dispose() => _child.Dispose();

    private SegPipeException Different(string how) =>
        new(ExitCode.InputUnusable, $"The label video {_path} {how}.", "Both must have the same frames.");
}
