using System.Globalization;
using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Nut;
using SegPipe.Outputs;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>How a container is written.</summary>
internal sealed record MuxedFileOptions
{
    /// <summary>How long its child may make no progress.</summary>
    public required TimeSpan StallTimeout { get; init; }

    /// <summary>Whether it can be read as far as it got, and is kept so where it cannot be finished; it never takes another file's name.</summary>
    public bool Growing { get; init; }

    /// <summary>Whether nothing is written that differs from run to run.</summary>
    public bool BitExact { get; init; }

    /// <summary>When its first packet came, where it is a part of a recording: such a one begins at time zero and holds the video only.</summary>
    public DateTime? SegmentStart { get; init; }
}

/// <summary>A container that is written by a child under <c>NAME.partial</c>, verified, and then named.</summary>
internal sealed class MuxedFile : IPacketTarget
{
    // Pictures in front of a key picture come after it, and there are at most sixteen of them.
    private const int FirstPackets = 32;

    private readonly string _path;
    private readonly string _partial;
    private readonly PacketsFormat _format;
    private readonly FfmpegTools _tools;
    private readonly ChildProcess _child;
    private readonly NutWriter _writer;
    private readonly CancellationToken _abort;
    private readonly CancellationTokenRegistration _kill;
    private readonly MuxedFileOptions _options;
    private readonly FileStream? _claim;
    private long? _origin;
    private long _count;
    private long _first = long.MaxValue;
    private long _last = long.MinValue;
    private bool _completed;

    public MuxedFile(string path, PacketsFormat format, MuxedFileOptions options, ComponentContext context, CancellationToken abort)
    {
        (_path, _partial, _format, _options, _abort) = (path, path + ".partial", format, options, abort);
        _origin = options.SegmentStart is null ? 0 : null;
        var container = VideoContainer.For(path) ?? throw new SegPipeException(
            ExitCode.Configuration, $"{context.Id}: {path} has no extension of a known container.", $"Use one of {string.Join(", ", VideoContainer.Extensions)}.");
        _tools = FfmpegTools.For(context);
        var original = format.Origin?.Path is null || options.SegmentStart is not null ? null : format.Origin;
        var arguments = new MuxArguments
        {
            Container = container,
            TimeBase = format.OriginalTimeBase ?? format.TimeBase,
            Output = _partial,
            Original = original,
            Growing = options.Growing,
            BitExact = options.BitExact,
            Delay = container.HoldsTimesBeforeZero || original is null ? 0 : Delay(original, container, context),
            RecordedAt = options.SegmentStart,
            InOrder = format is { Codec: "h264", DecodeDelay: 0 },
            // Of H.265, the stated delay says nothing about the order of the pictures.
            PictureTicks = format is { Codec: "h264", DecodeDelay: 0, FrameRate: { Num: > 0 } rate } ? Math.Max(1, (long)Math.Round(1 / rate.Value / format.TimeBase.Value)) : null,
            OriginalTracks = original is null ? [] : Tracks(original, container, context),
            OriginalTimes = original is null ? default : MediaProbe.Read(original.Path!, _tools).Times,
        };
        var policy = new SandboxPolicy
        {
            Readable = original is null ? [] : [Path.GetFullPath(original.Path!)],
            Writable = [_partial],
            FileBytes = 1L << 42,
        };
        _claim = CreatePartial();
        _child = Start(context, arguments, policy);
        _kill = abort.Register(static child => ((ChildProcess)child!).Kill("the run was aborted"), _child);
        _writer = new(_child.Input);
        Guarded(() => _writer.WriteHeaders(Carrier.Header(format)));
    }

    /// <inheritdoc/>
    public bool IsConnected => true;

    /// <inheritdoc/>
    public void Write(Frame frame) => Write(frame.Header.Pts, frame.Header.Key, frame.Bytes);

    /// <summary>Gives it a packet.</summary>
    public void Write(long time, bool key, ReadOnlySpan<byte> packet)
    {
        var pts = time - (_origin ??= time);
        try
        {
            _writer.WriteFrame(Carrier.ToChild(pts, _format.TimeBase), key, packet);
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
            File.Move(_partial, _path, overwrite: !_options.Growing);
            Disk.Synchronise(Path.GetDirectoryName(_path)!);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.IoError, $"{_path} could not be written: {failed.Message}", "Check the disk.", failed);
        }
        _completed = true;
    }

    public void Dispose()
    {
        _kill.Dispose();
        _child.Dispose();
        _claim?.Dispose();
        if (!_completed && !IsWorthKeeping)
            File.Delete(_partial);
    }

    /// <summary>Whether something can be read in what nobody finished; there is no time to look where the run is aborted.</summary>
    private bool IsWorthKeeping => _options.Growing && _count > 0 && new FileInfo(_partial) is { Exists: true, Length: > 0 }
        && (_abort.IsCancellationRequested || PacketCensus.Take(_partial, _tools) is not null);

    private ChildProcess Start(ComponentContext context, MuxArguments arguments, SandboxPolicy policy)
    {
        try
        {
            return _tools.Start(context, arguments.Build(), new() { Role = "mux", HasInput = true, StallTimeout = _options.StallTimeout }, policy);
        }
        catch (ChildProcessException)
        {
            _claim?.Dispose();
            File.Delete(_partial);
            throw;
        }
    }

    /// <summary>Makes the file, before its child: it is the one thing that a confined child may write. A growing one is claimed, so that no other run takes it for a left one.</summary>
    private FileStream? CreatePartial()
    {
        OutputPath.MakeFolder(Path.GetDirectoryName(_path)!);
        if (Directory.Exists(_path))
            throw new SegPipeException(ExitCode.CannotCreate, $"The output {_path} is a folder.", "Name a file.");
        try
        {
            if (_options.Growing)
                return new FileStream(_partial, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            File.WriteAllBytes(_partial, []);
            return null;
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

    /// <summary>Seconds by which a file's first pictures lie before zero, as they do where it was cut without being encoded again.</summary>
    private double Delay(MediaOrigin original, VideoContainer container, ComponentContext context)
    {
        if (original.Start >= 0) return 0;
        var track = MediaProbe.Read(original.Path!, _tools).Video.Index.ToString(CultureInfo.InvariantCulture);
        var start = PacketCensus.Take(Path.GetFullPath(original.Path!), _tools, track, FirstPackets);
        if (start is not { First: < 0 }) return 0;
        var delay = -start.First * start.TimeBase.Value;
        context.Log.LogWarning(
            "{Component}: The input begins {Delay:0.000} s before zero, which {Container} cannot state; everything is that much later. MP4 keeps the times.",
            context.Id, delay, container.Extension);
        return delay;
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
            using (this)
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
