using System.Globalization;
using System.Text.RegularExpressions;
using SegPipe.Frames;
using SegPipe.Nut;

namespace SegPipe.Media;

/// <summary>The format of a live stream: from the headers of what its child puts out, and from how the child described it.</summary>
public static partial class LiveFormat
{
    /// <summary>Seconds a tick, of every live stream: RTP's clock for video.</summary>
    public static Rational TimeBase => new(1, 90_000);

    /// <summary>Whether the child has described the stream already; its messages come beside its output and may be later.</summary>
    public static bool IsDescribed(IReadOnlyList<string> messages) => messages.Any(line => Description().IsMatch(line));

    /// <summary>The format; colour where the child did not tell is assumed as players do, and nothing is turned.</summary>
    /// <param name="stream">The header of the packets.</param>
    /// <param name="messages">The child's standard error.</param>
    public static PacketsFormat Read(NutStream stream, IReadOnlyList<string> messages)
    {
        var description = messages.Select(line => Description().Match(line)).FirstOrDefault(m => m.Success) ?? Match.Empty;
        var size = new PictureSize(stream.Width, stream.Height);
        var pixels = Text(description, "pixels");
        var words = (Text(description, "colour") ?? "").Split(',', StringSplitOptions.TrimEntries);
        var colour = words.FirstOrDefault(w => w is not ("tv" or "pc" or "progressive") && !w.Contains(' ', StringComparison.Ordinal))?.Split('/') ?? [];
        return new()
        {
            TimeBase = TimeBase,
            OriginalTimeBase = TimeBase,
            FrameRate = Rate(Text(description, "fps")),
            Origin = new(null),
            Codec = Codec(stream) ?? Text(description, "codec") ?? stream.FourCcText,
            FourCc = stream.FourCc,
            Extradata = stream.Extradata,
            DecodeDelay = stream.DecodeDelay,
            Size = size,
            PixelFormat = pixels,
            Color = MediaColors.Tags(pixels, words.Contains("pc") ? "pc" : "tv", colour.ElementAtOrDefault(0), colour.ElementAtOrDefault(1) ?? colour.ElementAtOrDefault(0), colour.ElementAtOrDefault(2) ?? colour.ElementAtOrDefault(0), size),
            SampleAspect = stream is { SampleAspectNumerator: > 0, SampleAspectDenominator: > 0 }
                ? new(stream.SampleAspectNumerator, stream.SampleAspectDenominator)
                : new(1, 1),
        };
    }

    /// <summary>Whether packets of two connections can go through one decoder, so that no new epoch begins between them.</summary>
    public static bool AreAlike(PacketsFormat a, PacketsFormat b) =>
        (a.Codec, a.Size, a.PixelFormat, a.Color, a.SampleAspect) == (b.Codec, b.Size, b.PixelFormat, b.Color, b.SampleAspect)
        && a.FourCc.Span.SequenceEqual(b.FourCc.Span)
        && a.Extradata.Span.SequenceEqual(b.Extradata.Span);

    private static string? Codec(NutStream stream) => stream.FourCcText switch
    {
        "H264" => "h264",
        "HEVC" => "hevc",
        _ => null,
    };

    private static string? Text(Match match, string group) => match.Groups[group] is { Success: true, Value: var value } ? value : null;

    private static Rational? Rate(string? fps) =>
        double.TryParse(fps, CultureInfo.InvariantCulture, out var rate) && rate is > 0 and < 1000 ? new Rational((long)Math.Round(rate * 1000), 1000).Reduced : null;

    [GeneratedRegex(@"^\s*Stream #0:0[^:]*: Video: (?<codec>\w+).*?, (?<pixels>[a-z0-9]+)(\((?<colour>[^)]*)\))?, \d+x\d+(.*?, (?<fps>[\d.]+) fps)?")]
    private static partial Regex Description();
}
