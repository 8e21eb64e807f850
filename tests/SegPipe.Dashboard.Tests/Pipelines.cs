using SegPipe.Host.Tests;
using SegPipe.Testing;

namespace SegPipe.Dashboard.Tests;

/// <summary>Pipelines to be watched.</summary>
internal static class Pipelines
{
    /// <summary>Two streams of the demonstration clip at its own pace, small so that a busy machine keeps up.</summary>
    public static void Segmenting(string folder)
    {
        var clip = Path.Combine(folder, "drive.mp4");
        Tool.Ffmpeg("-t 4 -i", InRepository("assets/street.mp4"), "-vf", "scale=320:160", "-c:v", "libx264", "-preset", "ultrafast", clip);
        SmallPipelines.Write(folder, "street.yaml", $$"""
            version: 1
            models: { street: { path: "{{InRepository("assets/street-tiny.onnx")}}", threads: 1 } }
            streams: { north: { start: 0 }, south: { start: 1 } }
            sources:
              drive: { type: video_file, path: "{{clip}}", pace: realtime, loop: true }
            stages:
              picture: { type: decode, from: drive }
              small: { type: resize, from: picture, model: street, edge: { when_full: latest } }
              logits: { type: infer, from: small, model: street }
              labels: { type: vim_upsample, from: logits, like: picture }
              overlay: { type: colorize, from: [picture, labels], when_missing: hold }
            sinks:
              gone: { type: null, from: overlay }
            http: { listen: "127.0.0.1:0" }
            """);
    }

    /// <summary>Videos that take a while, and a pipeline for a batch of them.</summary>
    public static void Batch(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "in"));
        var clip = Path.Combine(folder, "in", "drive-0.mp4");
        Tool.Ffmpeg("-stream_loop 1 -i", InRepository("assets/street.mp4"), "-vf", "scale=320:160", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", clip);
        for (var i = 1; i < 4; i++) File.Copy(clip, Path.Combine(folder, "in", $"drive-{i}.mp4"));
        SmallPipelines.Write(folder, "film.yaml", $$"""
            version: 1
            models: { street: { path: "{{InRepository("assets/street-tiny.onnx")}}", threads: 1 } }
            sources: { drive: { type: video_file, path: "${input.path}" } }
            stages:
              picture: { type: decode, from: drive }
              small: { type: resize, from: picture, model: street }
              logits: { type: infer, from: small, model: street }
              labels: { type: vim_upsample, from: logits, like: picture }
            sinks: { stats: { type: class_stats, from: labels, path: "${output.dir}/${input.stem}.jsonl" } }
            """);
    }

    /// <summary>A camera that asks for a password.</summary>
    public static void Camera(string folder, string url, string user, string password) => SmallPipelines.Write(folder, "camera.yaml", $$"""
        version: 1
        sources:
          camera: { type: rtsp, url: "{{url}}", username: {{user}}, password: "{{password}}", stall_timeout_ms: 60000, reconnect: { min_ms: 2000, max_ms: 4000 } }
        stages:
          picture: { type: decode, from: camera }
        sinks:
          gone: { type: null, from: picture }
        http: { listen: "127.0.0.1:0" }
        """);

    private static string InRepository(string path) => Path.Combine(SharedFolder.Repository, path);
}
