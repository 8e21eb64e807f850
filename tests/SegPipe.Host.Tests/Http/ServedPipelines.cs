namespace SegPipe.Host.Tests.Http;

/// <summary>Small pipelines that are served.</summary>
internal static class ServedPipelines
{
    /// <summary>The demonstration clip again and again, at its own pace.</summary>
    public static string Endless(string folder, string name = "endless.yaml", int port = 0, string http = "") => SmallPipelines.Write(folder, name, $$"""
        version: 1
        sources:
          clip: { type: video_file, path: "{{Cli.InRepository("assets/street.mp4")}}", pace: realtime, loop: true }
        stages:
          picture: { type: decode, from: clip }
        sinks:
          gone: { type: null, from: picture }
        http: { listen: "127.0.0.1:{{port}}"{{http}} }
        """);
}
