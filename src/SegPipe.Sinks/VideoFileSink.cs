using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Outputs;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>
/// Writes packets into a video file, with the sound, subtitles and tags of the input where the container can hold them. The file
/// has its name only when it is complete: every packet was counted in it.
/// </summary>
/// <example><code lang="yaml">
/// type: video_file
/// from: video
/// path: out/street.mp4
/// </code></example>
[Sink("video_file")]
[Input(PayloadKind.Packets)]
public sealed class VideoFileSink(VideoFileSinkOptions options, ComponentContext context) : ISink
{
    private string? _path;
    private PacketsFormat? _format;
    private MuxedFile? _file;

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort)
    {
        _path ??= OutputPath.Resolve(context, options.Path);
        if (_file is not null)
        {
            throw new SegPipeException(
                ExitCode.InputUnusable, $"{context.Id}: the video changes its size or codec in mid-stream, which {_path} cannot hold.",
                "Split the input where it changes; still pictures need one size.");
        }
        _format = (PacketsFormat)format;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        // Only now: an encoder's headers, which the container begins with, come with its first packet.
        _file ??= new(_path!, _format!, TimeSpan.FromMilliseconds(options.StallTimeoutMs), context, abort);
        using var kill = abort.Register(static file => ((MuxedFile)file!).Abort(), _file);
        _file.Write(frame);
        return default;
    }

    /// <inheritdoc/>
    public async Task CompleteAsync(CancellationToken abort)
    {
        if (_file is null)
        {
            context.Log.LogWarning("{Component}: no packets came, so {Path} was not written.", context.Id, options.Path);
            return;
        }
        using var kill = abort.Register(_file.Abort);
        await DedicatedThread.Run(_file.Complete).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _file?.Dispose();
        return default;
    }
}

/// <summary>Options of <see cref="VideoFileSink"/>.</summary>
public sealed record VideoFileSinkOptions : SinkOptions
{
    /// <summary>The file; its extension chooses the container: .mp4, .m4v, .mov, .mkv, .ts or .avi.</summary>
    [OutputPath]
    public required string Path { get; init; }

    /// <summary>Milliseconds without progress after which FFmpeg is taken for stuck and the run fails, 100–3,600,000.</summary>
    [Range(100, 3_600_000)]
    public int StallTimeoutMs { get; init; } = 30_000;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Check() => VideoContainer.For(Path) is null
        ? [new("path", $"`{Path}` has no extension of a known container", $"Use one of {string.Join(", ", VideoContainer.Extensions)}.")]
        : [];
}
