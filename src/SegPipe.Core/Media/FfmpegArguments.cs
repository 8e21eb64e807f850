using System.Globalization;

namespace SegPipe.Media;

/// <summary>Arguments that several children have in common.</summary>
internal static class FfmpegArguments
{
    /// <summary>Largest picture that is decoded: 8192×8192 samples.</summary>
    public const int MaxPixels = 8192 * 8192;

    /// <summary>Containers that files may be; playlists, which name further files, are none of them.</summary>
    public const string Containers =
        "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,mpegvideo,avi,flv,ogg,asf,nut,ivf,h264,hevc,m4v,mjpeg,yuv4mpegpipe,gif,apng,mxf,rm,dv,av1,obu,wtv,swf,vc1,png_pipe,jpeg_pipe";

    /// <summary>What every child begins with.</summary>
    public static IEnumerable<string> Common => ["-nostdin", "-hide_banner", "-nostats", "-v", "warning", "-y"];

    /// <summary>An input that is a file, by full path; the prefix keeps FFmpeg from reading a colon in it as a protocol.</summary>
    public static IEnumerable<string> FileInput(string path) =>
        ["-protocol_whitelist", "file", "-format_whitelist", Containers, "-i", $"file:{path}"];

    /// <summary>An input that is NUT on standard input.</summary>
    public static IEnumerable<string> NutInput =>
        ["-protocol_whitelist", "pipe", "-format_whitelist", "nut", "-f", "nut", "-i", "pipe:0"];

    /// <summary>
    /// Rewrites a track's times so that they go on where they fall back by more than twenty packets, as in recordings that were put together
    /// byte by byte; elsewhere the distances stay what they are. Left alone, FFmpeg squeezes all that follows into the ticks behind the last
    /// time. The limit is in packets because FFmpeg 5.1 states another time base here (TB) than the one that times have.
    /// </summary>
    public static string GoingOn
    {
        get
        {
            const string known = @"not(eq(DTS\,NOPTS)+eq(PREV_INDTS\,NOPTS)+eq(PREV_OUTDTS\,NOPTS))";
            const string step = @"if(lt(DTS\,PREV_INDTS-20*PREV_INDURATION)\,PREV_INDURATION\,DTS-PREV_INDTS)";
            const string shift = $@"if({known}\,PREV_OUTDTS+{step}-DTS\,0)";
            return $@"setts=dts=if(eq(DTS\,NOPTS)\,NOPTS\,DTS+{shift}):pts=if(eq(PTS\,NOPTS)\,NOPTS\,PTS+{shift})";
        }
    }

    /// <summary>Begins with the first frame that comes in; left alone, FFmpeg collects a second of them to guess the frame rate.</summary>
    public static IEnumerable<string> PromptStart => ["-probesize", "32", "-fpsprobesize", "0", "-analyzeduration", "0"];

    /// <summary>NUT on standard output.</summary>
    public static IEnumerable<string> NutOutput => ["-f", "nut", "pipe:1"];

    /// <summary>The same, every packet at once: left alone, FFmpeg collects small ones up to 32 KiB.</summary>
    public static IEnumerable<string> PromptNutOutput => ["-flush_packets", "1", .. NutOutput];

    /// <summary>Writes no names of programs, no times and nothing random.</summary>
    public static IEnumerable<string> BitExact => ["-fflags", "+bitexact"];

    public static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
