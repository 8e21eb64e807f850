using SegPipe.Frames;

namespace SegPipe.Media;

/// <summary>The child that makes upright 8-bit I420 pictures of packets, in the range that the format states.</summary>
public sealed record DecodeArguments
{
    /// <summary>What comes in.</summary>
    public required PacketsFormat Format { get; init; }

    /// <summary>Threads of the decoder; 0 leaves it the choice.</summary>
    public int Threads { get; init; }

    /// <summary>Whether each picture comes out as soon as it can, for live streams; several threads then share a picture's slices instead of working on pictures side by side.</summary>
    public bool LowLatency { get; init; }

    /// <summary>
    /// Whether pictures come out that FFmpeg takes for broken because it did not begin at the stream's beginning; among them are, behind the
    /// key picture of an open group, the last ones before the end.
    /// </summary>
    public bool MidStream { get; init; }

    /// <summary>
    /// Size that pictures are brought to where the stream changes it; null where FFmpeg, which takes that of the first picture, begins at the
    /// stream's beginning.
    /// </summary>
    public PictureSize? ScaledTo { get; init; }

    /// <summary>The argument list.</summary>
    public IReadOnlyList<string> Build(FfmpegTools tools)
    {
        var filters = Filters().ToArray();
        return
        [
            .. FfmpegArguments.Common,
            "-copyts",
            "-noautorotate",
            "-threads", FfmpegArguments.Text(Threads),
            .. Flags() is { Length: > 0 } flags ? ["-flags", flags] : Array.Empty<string>(),
            .. LowLatency ? ["-thread_type", "slice", .. FfmpegArguments.PromptStart] : Array.Empty<string>(),
            "-max_pixels", FfmpegArguments.Text(FfmpegArguments.MaxPixels),
            .. FfmpegArguments.NutInput,
            "-map", "0:v:0",
            .. tools.PassthroughArguments,
            "-enc_time_base", "-1",
            .. filters.Length > 0 ? ["-vf", string.Join(',', filters)] : Array.Empty<string>(),
            "-c:v", "rawvideo",
            // Side by side, the copying of raw pictures holds one back for every thread.
            "-threads", "1",
            // The name with a j is the same samples in full range; asking for the other one would compress them silently.
            "-pix_fmt", Format.PixelFormat == "yuvj420p" ? "yuvj420p" : "yuv420p",
            .. FfmpegArguments.PromptNutOutput,
        ];
    }

    // Pictures that come in another order than they are shown in need the decoder's own patience.
    private string Flags() => (LowLatency && Format.DecodeDelay == 0 ? "+low_delay" : "") + (MidStream ? "+output_corrupt" : "");

    private IEnumerable<string> Filters()
    {
        if (ScaledTo is { } size) yield return $"scale={FfmpegArguments.Text(size.Width)}:{FfmpegArguments.Text(size.Height)}";
        if (Format.PixelFormat is not ("yuv420p" or "yuvj420p"))
        {
            var range = Format.Color.Range == ColorRange.Full ? "full" : "limited";
            yield return MediaColors.IsRgb(Format.PixelFormat)
                ? $"scale=out_color_matrix=bt709:out_range={range},format=yuv420p"
                : $"scale=in_range={range}:out_range={range},format=yuv420p";
        }
        var turn = Format.Rotation switch
        {
            90 => "transpose=clock",
            180 => "hflip,vflip",
            270 => "transpose=cclock",
            _ => null,
        };
        if (turn is not null)
            yield return turn;
    }
}
