using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Nut;
using SegPipe.Processes;

namespace SegPipe.Sources;

/// <summary>One pass over a file's video track.</summary>
internal sealed class PacketFetch : IDisposable
{
    private readonly MediaInfo _info;
    private readonly NutReader _reader;
    private NutFrame? _peeked;
    private byte[]? _peekedPayload;

    public PacketFetch(MediaInfo info, VideoFileSourceOptions options, double? start, ComponentContext context)
    {
        _info = info;
        var arguments = new FetchArguments
        {
            Path = info.Path,
            Track = info.Video.Index,
            Times = info.Times,
            Start = start,
        };
        Child = FfmpegTools.For(context).Start(
            context,
            arguments.Build(),
            new() { Role = "fetch", HasOutput = true, StallTimeout = TimeSpan.FromMilliseconds(options.StallTimeoutMs) },
            new() { Readable = [info.Path] });
        _reader = new(Child.Output);
        try
        {
            Stream = _reader.ReadHeaders()[0];
        }
        catch (NutException)
        {
            using var failed = Child;
            throw Unreadable(failed.Failure("gave no packets"));
        }
    }

    public ChildProcess Child { get; }

    public NutStream Stream { get; }

    /// <summary>Looks at the next packet, which stays to be read.</summary>
    public bool TryPeek(out NutFrame frame, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (!TryRead(out frame))
            return false;
        _peekedPayload = new byte[frame.Size];
        Read(_peekedPayload);
        _peeked = frame;
        payload = _peekedPayload;
        return true;
    }

    public bool TryRead(out NutFrame frame)
    {
        if (_peeked is { } seen)
        {
            (frame, _peeked) = (seen, null);
            return true;
        }
        try
        {
            return _reader.TryReadFrame(out frame);
        }
        catch (NutException broken)
        {
            throw Unreadable(Child.Failure($"gave output that cannot be read: {broken.Cause} at byte {broken.Offset}"));
        }
    }

    /// <summary>Fills a packet, or gives it back where that fails.</summary>
    public void ReadPayload(WritableFrame packet)
    {
        var filled = false;
        try
        {
            if (_peekedPayload is { } seen)
                seen.CopyTo(packet.Bytes);
            else
                Read(packet.Bytes);
            _peekedPayload = null;
            filled = true;
        }
        finally
        {
            if (!filled)
                packet.Dispose();
        }
    }

    /// <summary>Called at the end of the packets: FFmpeg's exit code does not tell a whole file from one that is cut off, its messages do.</summary>
    /// <param name="count">Packets that came; null where they are not those of the whole file.</param>
    public void End(long? count)
    {
        if (Child.WaitForExit() != 0 || Child.KillReason is not null)
            throw Unreadable(Child.Failure());
        var promised = _info.Video.FrameCount;
        var cut = Child.ErrorLines.Any(line =>
            line.Contains("partial file", StringComparison.Ordinal)
            || line.Contains("ended prematurely", StringComparison.Ordinal)
            || (line.Contains("Packet corrupt", StringComparison.Ordinal) && count < promised));
        if (!cut)
            return;
        var found = promised is { } all && all > count ? $"{count} of {all} frames are there" : count is null ? "its end is missing" : $"{count} frames are there";
        throw new SegPipeException(
            ExitCode.InputUnusable, $"The input {_info.Path} is cut off: {found}.", $"Copy or record it again, or repair it: ffmpeg -i INPUT -c copy OUTPUT.mkv");
    }

    public void Dispose() => Child.Dispose();

    private void Read(Span<byte> payload)
    {
        try
        {
            _reader.ReadPayload(payload);
        }
        catch (NutException broken)
        {
            throw Unreadable(Child.Failure($"gave output that cannot be read: {broken.Cause} at byte {broken.Offset}"));
        }
    }

    private SegPipeException Unreadable(ChildProcessException failure) => failure switch
    {
        { ChildExitCode: not (> 0 and < 128) } => failure,
        { ErrorLines: var lines } when lines.Any(line => line.Contains("Timestamps are unset", StringComparison.Ordinal)) =>
            new SegPipeException(ExitCode.InputUnusable, $"The input {_info.Path} does not say of all pictures when they are shown.", "Convert it first: ffmpeg -i INPUT OUTPUT.mkv", failure),
        _ => new SegPipeException(ExitCode.InputUnusable, $"The input {_info.Path} cannot be read: {failure.Message}", "Check it with: ffprobe INPUT", failure),
    };
}
