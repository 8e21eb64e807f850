using System.Globalization;
using SegPipe.Frames;
using SegPipe.Processes;

namespace SegPipe.Media;

/// <summary>The video packets of a finished file, counted by a confined ffprobe.</summary>
/// <param name="Count">Number of packets.</param>
/// <param name="First">Smallest time stamp, in ticks.</param>
/// <param name="Last">Largest time stamp, in ticks.</param>
/// <param name="TimeBase">Seconds a tick.</param>
public sealed record PacketCensus(long Count, long First, long Last, Rational TimeBase)
{
    /// <summary>Reads a file, to its end or as far as is asked; null where it cannot be read as a video.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="tools">FFmpeg.</param>
    /// <param name="track">FFmpeg's name of the track.</param>
    /// <param name="most">Packets that are read at most; all where null.</param>
    public static PacketCensus? Take(string path, FfmpegTools tools, string track = "v:0", int? most = null)
    {
        string[] arguments =
        [
            "-hide_banner", "-v", "error",
            .. FfmpegArguments.FileInput(path),
            "-select_streams", track,
            .. most is { } packets ? ["-read_intervals", string.Create(CultureInfo.InvariantCulture, $"%+#{packets}")] : Array.Empty<string>(),
            "-show_entries", "packet=pts,dts:stream=time_base",
            "-of", "csv=nk=1",
        ];
        using var child = tools.StartProbe(arguments, new SandboxPolicy { Readable = [path] });
        using var lines = new StreamReader(child.Output);
        Rational? timeBase = null;
        long count = 0, first = long.MaxValue, last = long.MinValue;
        while (lines.ReadLine() is { } line)
        {
            var fields = line.Split(',');
            if (fields is ["stream", var fraction, ..] && fraction.Split('/') is [var num, var den])
                timeBase = new(long.Parse(num, CultureInfo.InvariantCulture), long.Parse(den, CultureInfo.InvariantCulture));
            if (fields is not ["packet", var pts, var dts, ..])
                continue;
            count++;
            // AVI has decoding times only.
            if (!long.TryParse(pts, CultureInfo.InvariantCulture, out var time) && !long.TryParse(dts, CultureInfo.InvariantCulture, out time))
                continue;
            (first, last) = (Math.Min(first, time), Math.Max(last, time));
        }
        return child.WaitForExit() == 0 && timeBase is { } ticks && first <= last ? new(count, first, last, ticks) : null;
    }
}
