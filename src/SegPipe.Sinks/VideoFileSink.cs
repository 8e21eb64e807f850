using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Outputs;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>
/// Writes packets into a video file, with the sound, subtitles and tags of the input where the container can hold them. The file
/// has its name only when it is complete: every packet was counted in it. Where the video changes its size or codec, as a camera
/// may, it goes on in <c>NAME.2.mp4</c>.
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
    private int _number = 1;

    /// <inheritdoc/>
    public async Task OpenAsync(Format format, CancellationToken abort)
    {
        _path ??= OutputPath.Resolve(context, options.Path);
        if (_file is not null)
        {
            await FinishAsync(_file, abort).ConfigureAwait(false);
            _file = null;
            _number++;
            context.Log.LogInformation("{Component}: the video goes on in {Path}, because its format changes.", context.Id, NumberedPath);
        }
        _format = (PacketsFormat)format;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        // Only now: an encoder's headers, which the container begins with, come with its first packet.
        _file ??= new(NumberedPath, _format!, TimeSpan.FromMilliseconds(options.StallTimeoutMs), context, abort);
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
        await FinishAsync(_file, abort).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _file?.Dispose();
        return default;
    }

    /// <summary>The first file has the name that was asked for; behind a change of format, <c>NAME.2.mp4</c> and so on.</summary>
    private string NumberedPath => _number == 1
        ? _path!
        : Path.ChangeExtension(_path!, string.Create(CultureInfo.InvariantCulture, $"{_number}{Path.GetExtension(_path!)}"));

    private static async Task FinishAsync(MuxedFile file, CancellationToken abort)
    {
        using (abort.Register(file.Abort))
            await DedicatedThread.Run(file.Complete).ConfigureAwait(false);
        file.Dispose();
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
