using System.Globalization;
using System.Text.Json;
using SegPipe.Frames;

namespace SegPipe.Media;

/// <summary>Reads ffprobe's JSON.</summary>
internal static class MediaJson
{
    /// <summary>What the file holds; null where it has no video track.</summary>
    public static MediaInfo? Read(string path, JsonElement root)
    {
        var streams = root.TryGetProperty("streams", out var list) ? list.EnumerateArray().ToArray() : [];
        var video = streams.FirstOrDefault(s => Text(s, "codec_type") == "video" && !IsCover(s));
        if (video.ValueKind == JsonValueKind.Undefined || !root.TryGetProperty("format", out var format))
            return null;
        return new()
        {
            Path = path,
            Container = Text(format, "format_name") ?? "unknown",
            Duration = double.TryParse(Text(format, "duration"), CultureInfo.InvariantCulture, out var seconds) ? seconds : null,
            Video = Video(video),
            Tracks = [.. streams.Select(Track)],
            Tags = format.TryGetProperty("tags", out var tags)
                ? tags.EnumerateObject().ToDictionary(t => t.Name, t => t.Value.GetString() ?? "")
                : [],
        };
    }

    private static VideoTrack Video(JsonElement stream)
    {
        var size = new PictureSize(Integer(stream, "width") ?? 0, Integer(stream, "height") ?? 0);
        var pixelFormat = Text(stream, "pix_fmt");
        var average = Fraction(stream, "avg_frame_rate", '/');
        var real = Fraction(stream, "r_frame_rate", '/');
        return new()
        {
            Index = Integer(stream, "index") ?? 0,
            Codec = Text(stream, "codec_name") ?? "unknown",
            Size = size,
            Rotation = Rotation(stream),
            PixelFormat = pixelFormat,
            BitDepth = Depth(stream, pixelFormat),
            Color = MediaColors.Tags(
                pixelFormat, Text(stream, "color_range"), Text(stream, "color_space"), Text(stream, "color_primaries"), Text(stream, "color_transfer"), size),
            SampleAspect = Fraction(stream, "sample_aspect_ratio", ':') ?? new(1, 1),
            TimeBase = Fraction(stream, "time_base", '/') ?? new(1, 90000),
            FrameRate = average ?? real,
            IsVariableRate = average is { } a && real is { } r && a.Num * r.Den != r.Num * a.Den,
            Start = Long(stream, "start_pts"),
            Duration = Long(stream, "duration_ts"),
            FrameCount = Long(stream, "nb_frames"),
            IsInterlaced = Text(stream, "field_order") is not (null or "progressive" or "unknown"),
        };
    }

    private static MediaTrack Track(JsonElement stream)
    {
        var kind = Text(stream, "codec_type") switch
        {
            "video" => MediaTrackKind.Video,
            "audio" => MediaTrackKind.Audio,
            "subtitle" => MediaTrackKind.Subtitles,
            _ => MediaTrackKind.Other,
        };
        return new(Integer(stream, "index") ?? 0, kind, Text(stream, "codec_name") ?? "unknown");
    }

    /// <summary>Clockwise, from the display matrix (which counts the other way round) or the older tag.</summary>
    private static int Rotation(JsonElement stream)
    {
        double degrees = 0;
        if (stream.TryGetProperty("side_data_list", out var sides)
            && sides.EnumerateArray().FirstOrDefault(s => s.TryGetProperty("rotation", out _)) is { ValueKind: JsonValueKind.Object } side)
        {
            degrees = -side.GetProperty("rotation").GetDouble();
        }
        else if (stream.TryGetProperty("tags", out var tags))
        {
            _ = double.TryParse(Text(tags, "rotate"), CultureInfo.InvariantCulture, out degrees);
        }
        var quarters = (int)Math.Round(degrees / 90) % 4;
        return (quarters + 4) % 4 * 90;
    }

    private static bool IsCover(JsonElement stream) =>
        stream.TryGetProperty("disposition", out var disposition) && Integer(disposition, "attached_pic") == 1;

    private static int Depth(JsonElement stream, string? pixelFormat)
    {
        if (Integer(stream, "bits_per_raw_sample") is > 0 and var bits)
            return bits;
        foreach (var depth in new[] { 16, 14, 12, 10, 9 })
            if (pixelFormat is not null && (pixelFormat.EndsWith($"{depth}le", StringComparison.Ordinal) || pixelFormat.EndsWith($"{depth}be", StringComparison.Ordinal)))
                return depth;
        return 8;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Integer(JsonElement element, string name) => Long(element, name) is { } value and >= int.MinValue and <= int.MaxValue ? (int)value : null;

    private static long? Long(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number))
            return number;
        return value.ValueKind == JsonValueKind.String && long.TryParse(value.GetString(), CultureInfo.InvariantCulture, out number) ? number : null;
    }

    private static Rational? Fraction(JsonElement element, string name, char separator)
    {
        var parts = Text(element, name)?.Split(separator);
        return parts is [var num, var den]
            && long.TryParse(num, CultureInfo.InvariantCulture, out var n) && n > 0
            && long.TryParse(den, CultureInfo.InvariantCulture, out var d) && d > 0
            ? new(n, d)
            : null;
    }
}
