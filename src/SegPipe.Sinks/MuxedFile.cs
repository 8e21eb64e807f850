using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Nut;
using SegPipe.Outputs;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>A container that is written by a child under <c>NAME.partial</c>, verified, and then named.</summary>
internal sealed class MuxedFile : IDisposable
{
    private readonly string _path;
    private readonly string _partial;
    private readonly PacketsFormat _format;
    private readonly FfmpegTools _tools;
    private readonly ChildProcess _child;
    private readonly NutWriter _writer;
    private readonly CancellationToken _abort;
    private long _count;
    private long _first = long.MaxValue;
    private long _last = long.MinValue;
    private bool _completed;

    public MuxedFile(string path, PacketsFormat format, TimeSpan stallTimeout, ComponentContext context, CancellationToken abort)
    {
        (_path, _partial, _format, _abort) = (path, path + ".partial", format, abort);
        var container = VideoContainer.For(path) ?? throw new SegPipeException(
            ExitCode.Configuration, $"{context.Id}: {path} has no extension of a known container.", $"Use one of {string.Join(", ", VideoContainer.Extensions)}.");
        _tools = FfmpegTools.For(context);
        CreatePartial();
        var original = format.Origin?.Path is null ? null : format.Origin;
        var arguments = new MuxArguments
        {
            Container = container,
            TimeBase = format.OriginalTimeBase ?? format.TimeBase,
            Output = _partial,
            Original = original,
            OriginalTracks = original is null ? [] : Tracks(original, container, context),
        };
        var policy = new SandboxPolicy
        {
            Readable = original is null ? [] : [Path.GetFullPath(original.Path!)],
            Writable = [_partial],
            FileBytes = 1L << 42,
        };
        _child = _tools.Start(context, arguments.Build(), new() { Role = "mux", HasInput = true, StallTimeout = stallTimeout }, policy);
        _writer = new(_child.Input);
        Guarded(() => _writer.WriteHeaders(Carrier.Header(format)));
    }

    public void Write(Frame frame)
    {
        var pts = frame.Header.Pts;
        try
        {
            _writer.WriteFrame(Carrier.ToChild(pts, _format.TimeBase), frame.Header.Key, frame.Bytes);
        }
        catch (ChildInputClosedException)
        {
            throw Failure("ended before its input did");
        }
        _count++;
        (_first, _last) = (Math.Min(_first, pts), Math.Max(_last, pts));
    }

    /// <summary>Finishes the container, counts its packets, and gives the file its name.</summary>
    public void Complete()
    {
        _child.CloseInput();
        if (_child.WaitForExit() != 0 || _child.KillReason is not null)
            throw Failure(null);
        Verify();
        _abort.ThrowIfCancellationRequested();
        try
        {
            Disk.Synchronise(_partial);
            File.Move(_partial, _path, overwrite: true);
            Disk.Synchronise(Path.GetDirectoryName(_path)!);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.IoError, $"{_path} could not be written: {failed.Message}", "Check the disk.", failed);
        }
        _completed = true;
    }

    public void Abort() => _child.Kill("the run was aborted");

    public void Dispose()
    {
        _child.Dispose();
        if (!_completed)
            File.Delete(_partial);
    }

    private void CreatePartial()
    {
        OutputPath.MakeFolder(Path.GetDirectoryName(_path)!);
        if (Directory.Exists(_path))
            throw new SegPipeException(ExitCode.CannotCreate, $"The output {_path} is a folder.", "Name a file.");
        try
        {
            // Ours before the child's: it is the one thing that a confined child may write.
            File.WriteAllBytes(_partial, []);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw OutputPath.CannotCreate(_path, refused);
        }
    }

    private IReadOnlyList<int> Tracks(MediaOrigin original, VideoContainer container, ComponentContext context)
    {
        var others = MediaProbe.Read(original.Path!, _tools).Tracks.Where(t => t.Kind is MediaTrackKind.Audio or MediaTrackKind.Subtitles).ToArray();
        foreach (var track in others.Where(t => !container.CanHold(t)))
        {
            context.Log.LogWarning(
                "{Component}: {Container} cannot hold the input's {Kind} track {Index} ({Codec}); it is left out.",
                context.Id, container.Extension, track.Kind, track.Index, track.Codec);
        }
        return [.. others.Where(container.CanHold).Select(t => t.Index)];
    }

    private void Verify()
    {
        var found = PacketCensus.Take(_partial, _tools);
        if (found is null)
            throw Failure("wrote a file that cannot be read back");
        if (found.Count != _count)
            throw Failure($"wrote {found.Count} of {_count} packets");
        // Containers round to their own ticks; one tick of either side is that rounding.
        var sent = (_last - _first) * _format.TimeBase.Value;
        var read = (found.Last - found.First) * found.TimeBase.Value;
        if (_count > 1 && !_format.HasDecodingTimes && !_path.EndsWith(".avi", StringComparison.OrdinalIgnoreCase)
            && Math.Abs(sent - read) > found.TimeBase.Value + _format.TimeBase.Value)
        {
            throw Failure($"wrote packets over {read:0.000} s instead of {sent:0.000} s");
        }
    }

    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (ChildInputClosedException)
        {
            using var child = _child;
            File.Delete(_partial);
            throw Failure("did not take its input");
        }
    }

    private SegPipeException Failure(string? cause)
    {
        _abort.ThrowIfCancellationRequested();
        _child.CloseInput();
        var failure = _child.Failure(cause);
        var full = failure.ErrorLines.Any(line => line.Contains("No space left on device", StringComparison.Ordinal)) || IsFull();
        return full
            ? new SegPipeException(ExitCode.IoError, $"The disk is full: {_path} could not be written.", "Free some space and run again.", failure)
            : failure;
    }

    private bool IsFull()
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(_path)!).AvailableFreeSpace < 1 << 16;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
