using SegPipe.Frames;

namespace SegPipe.Media;

/// <summary>The child that makes packets of pictures; it converts RGB to BT.709 in limited range.</summary>
public sealed record EncodeArguments
{
    /// <summary>What comes in.</summary>
    public required PictureFormat Format { get; init; }

    /// <summary>FFmpeg's name of the encoder: <c>libx264</c>, <c>libx265</c>.</summary>
    public required string Encoder { get; init; }

    /// <summary>The encoder's preset.</summary>
    public required string Preset { get; init; }

    /// <summary>Constant quality; used where no bit rate is given.</summary>
    public double Crf { get; init; }

    /// <summary>Bits a second; null for constant quality.</summary>
    public long? BitRate { get; init; }

    /// <summary>Seconds between key packets; null leaves it the choice.</summary>
    public double? KeyInterval { get; init; }

    /// <summary>Threads of the encoder; 0 leaves it the choice.</summary>
    public int Threads { get; init; }

    /// <summary>The colour tags of what the encoder sees: those of the pictures, or of what RGB is converted to.</summary>
    public static ColorTags EncodedColor(PictureFormat pictures) => pictures.Layout == PictureLayout.Rgb
        ? new(ColorRange.Limited, ColorMatrix.Bt709, pictures.Color.Primaries ?? "bt709", pictures.Color.Transfer ?? "bt709")
        : pictures.Color;

    /// <summary>Whether each packet comes out as soon as its picture is in, for live streams: without B-frames and looking ahead.</summary>
    public bool LowLatency { get; init; }

    /// <summary>Whether what is written hangs on the options alone: nothing differs from run to run, and headers are those of every other part of the video.</summary>
    public bool BitExact { get; init; }

    /// <summary>The argument list.</summary>
    public IReadOnlyList<string> Build(FfmpegTools tools)
    {
        var color = EncodedColor(Format);
        var range = color.Range == ColorRange.Full ? "pc" : "tv";
        var matrix = MediaColors.Matrix(color.Matrix);
        var primaries = color.Primaries ?? "unknown";
        var transfer = color.Transfer ?? "unknown";
        return
        [
            .. FfmpegArguments.Common,
            "-copyts",
            .. LowLatency ? FfmpegArguments.PromptStart : [],
            .. FfmpegArguments.NutInput,
            "-map", "0:v:0",
            .. tools.PassthroughArguments,
            "-enc_time_base", "-1",
            // NUT does not carry the tags of raw pictures; they are put back before the encoder sees them.
            "-vf", $"{Crop()}{Convert()}setparams=range={range}:colorspace={matrix}:color_primaries={primaries}:color_trc={transfer}",
            "-c:v", Encoder,
            "-preset", Preset,
            .. LowLatency ? ["-tune", "zerolatency"] : Array.Empty<string>(),
            .. BitRate is { } rate
                ? ["-b:v", FfmpegArguments.Text(rate), "-maxrate", FfmpegArguments.Text(rate), "-bufsize", FfmpegArguments.Text(2 * rate)]
                : new[] { "-crf", FfmpegArguments.Text(Crf) },
            // Half a millisecond covers the rounding of the sum.
            .. KeyInterval is { } seconds
                ? ["-g", "100000", "-forced-idr", "1", "-force_key_frames", $"expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+{FfmpegArguments.Text(seconds - 0.0005)}))"]
                : Array.Empty<string>(),
            .. Encoder == "libx265" ? ["-x265-params", $"log-level=error{Pools()}{(BitExact ? $":{Rate()}" : "")}"] : BitExact ? ["-x264-params", Rate()] : Array.Empty<string>(),
            "-threads", FfmpegArguments.Text(Threads),
            .. BitExact ? [.. FfmpegArguments.BitExact, "-flags", "+bitexact"] : Array.Empty<string>(),
            "-color_range", range,
            "-colorspace", matrix,
            "-color_primaries", primaries,
            "-color_trc", transfer,
            .. FfmpegArguments.PromptNutOutput,
        ];
    }

    // The rate stands in the headers; left alone, FFmpeg guesses it anew of each part's first pictures.
    private string Rate() => Format.FrameRate is { Num: > 0 } rate ? $"fps={rate}" : "fps=25/1";

    // 4:2:0 codecs have no odd sizes; a lost line is less than an invented one.
    private string Crop() => ((Format.Size.Width | Format.Size.Height) & 1) == 0 ? "" : "crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0,";

    private string Convert() => Format.Layout == PictureLayout.Rgb
        ? "scale=in_range=full:out_range=tv:out_color_matrix=bt709:flags=bicubic+accurate_rnd+full_chroma_int,format=yuv420p,"
        : "";

    // x265 has a pool of its own, which -threads does not bound.
    private string Pools() => Threads > 0 ? $":pools={Threads}" : "";
}
