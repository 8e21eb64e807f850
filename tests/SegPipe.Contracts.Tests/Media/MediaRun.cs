using System.Globalization;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Processes;
using SegPipe.Runtime;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Media;

/// <summary>Runs small pipelines over real or fake FFmpeg and looks at the files with ffprobe.</summary>
internal sealed class MediaRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string this[string name] => _folder[name];

    public string Folder => _folder.Path;

    /// <summary>Options of <c>video_file</c> (source) beside its path, in flow style.</summary>
    public string SourceOptions { get; init; } = "";

    /// <summary>Options of <c>encode</c>, in flow style.</summary>
    public string EncodeOptions { get; init; } = ", preset: ultrafast, threads: 1";

    /// <summary>A program to be used in place of FFmpeg, unconfined or confined.</summary>
    public string? Ffmpeg { get; init; }

    public SandboxMode Sandbox { get; init; } = SandboxMode.Auto;

    public TimeSpan? Abort { get; init; }

    public TimeSpan? Stop { get; init; }

    public PictureFormat? Pictures { get; private set; }

    /// <summary>Decodes and encodes a file again.</summary>
    public Task<RunReport> TranscodeAsync(string input, string output) => RunAsync($$"""
        version: 1
        sources:
          drive: { type: video_file, path: "{{input}}"{{SourceOptions}} }
        stages:
          picture: { type: decode, from: drive, threads: 1 }
          video: { type: encode, from: picture{{EncodeOptions}} }
        sinks:
          file: { type: video_file, from: video, path: "{{output}}" }
        """);

    /// <summary>Decodes a file into framemd5 lines.</summary>
    public Task<RunReport> ChecksumAsync(string input, string output) => RunAsync($$"""
        version: 1
        sources:
          drive: { type: video_file, path: "{{input}}"{{SourceOptions}} }
        stages:
          picture: { type: decode, from: drive, threads: 1 }
        sinks:
          sums: { type: checksum, from: picture, path: "{{output}}" }
        """);

    public async Task<RunReport> RunAsync(string yaml)
    {
        var read = PipelineReader.Read(new("test.yaml", yaml), new()
        {
            Catalog = ShippedCatalog.Catalog,
            Level = ValidationLevel.Topology,
            WorkingFolder = Folder,
            OutputRoot = "/",
        });
        Assert.True(read.Succeeded, string.Join('\n', read.Problems));
        await using var pipeline = new Pipeline(read.Definition!, new() { TraceBuffers = true });
        if (Ffmpeg is not null)
            pipeline.Shared.GetOrAdd("ffmpeg", () => FfmpegTools.Locate(new() { Ffmpeg = Ffmpeg }, Processes.Sandbox.Detect(Sandbox)));
        await pipeline.OpenAsync(CancellationToken.None);
        Pictures = pipeline.FormatOf(read.Definition!.Streams[0].Id, "picture") as PictureFormat;
        using var abort = new CancellationTokenSource();
        if (Abort is { } after)
            abort.CancelAfter(after);
        using var stop = new CancellationTokenSource();
        if (Stop is { } later)
            stop.CancelAfter(later);
        var report = await pipeline.RunAsync(stop.Token, abort.Token);
        Assert.Empty(report.Unbalanced);
        return report;
    }

    /// <summary>The video packets' presentation times in seconds as fractions of ticks, sorted, with the time base.</summary>
    public static (Rational TimeBase, long[] Pts) Times(string file)
    {
        var fraction = Tool.Ffprobe("-select_streams v:0 -show_entries stream=time_base -of csv=p=0", file)[0].TrimEnd(',').Split('/');
        var pts = Tool.Ffprobe("-select_streams v:0 -show_entries packet=pts,dts -of csv=p=0", file)
            .Select(line => line.Split(','))
            .Select(fields => long.Parse(fields[0] == "N/A" ? fields[1] : fields[0], CultureInfo.InvariantCulture))
            .Order().ToArray();
        return (new(long.Parse(fraction[0], CultureInfo.InvariantCulture), long.Parse(fraction[1], CultureInfo.InvariantCulture)), pts);
    }

    public void Dispose() => _folder.Dispose();
}
