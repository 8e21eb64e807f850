using System.Globalization;
using System.Text;
using SegPipe.Configuration;

namespace SegPipe.Host.Segmenting;

/// <summary>Writes the pipeline that does a job of <c>segment</c>.</summary>
internal static class SegmentYaml
{
    /// <summary>The pipeline as YAML.</summary>
    public static string Write(SegmentJob job, SegmentRequest request)
    {
        var yaml = new StringBuilder();
        yaml.AppendLine("version: 1");
        yaml.AppendLine($"name: {YamlScalar.Of(Path.GetFileName(Path.TrimEndingDirectorySeparator(job.Input)))}");
        yaml.AppendLine("models:");
        yaml.AppendLine($"  model: {{ path: {YamlScalar.Of(request.Model)} }}");
        yaml.AppendLine("sources:");
        var picture = job.Kind == InputKind.Video ? "picture" : "input";
        yaml.AppendLine($"  input: {{ type: {(job.Kind == InputKind.Video ? "video_file" : "image_folder")}, path: {YamlScalar.Of(job.Input)} }}");
        yaml.AppendLine("stages:");
        if (job.Kind == InputKind.Video) yaml.AppendLine("  picture: { type: decode, from: input }");
        yaml.AppendLine($"  small: {{ type: resize, from: {picture}, model: model }}");
        yaml.AppendLine("  logits: { type: infer, from: small, model: model }");
        WriteLabels(yaml, job, request, picture);
        if (job.Overlay is not null)
        {
            yaml.AppendLine(CultureInfo.InvariantCulture, $"  overlay: {{ type: colorize, from: [{picture}, labels], opacity: {request.Opacity} }}");
            if (job.Kind == InputKind.Video) yaml.AppendLine("  video: { type: encode, from: overlay }");
        }
        yaml.AppendLine("sinks:");
        if (job.Overlay is not null)
        {
            yaml.AppendLine(job.Kind == InputKind.Video
                ? $"  file: {{ type: video_file, from: video, path: {YamlScalar.Of(Path.GetFullPath(job.Overlay))} }}"
                : $"  file: {{ type: image_folder, from: overlay, path: {YamlScalar.Of(Path.GetFullPath(job.Overlay))} }}");
        }
        if (job.Labels is not null)
            yaml.AppendLine($"  masks: {{ type: mask_png, from: {(request.LabelSize is null ? "labels" : "model_labels")}, path: {YamlScalar.Of(Path.GetFullPath(job.Labels))} }}");
        return yaml.ToString();
    }

    private static void WriteLabels(StringBuilder yaml, SegmentJob job, SegmentRequest request, string picture)
    {
        var mode = SnakeCase.Of(request.Mode.ToString());
        if (job.Overlay is not null || request.LabelSize is null)
            yaml.AppendLine($"  labels: {{ type: vim_upsample, from: logits, like: {picture}, mode: {mode} }}");
        if (job.Labels is not null && request.LabelSize is { } size)
            yaml.AppendLine($"  model_labels: {{ type: vim_upsample, from: logits, width: {size.Width}, height: {size.Height}, mode: {mode} }}");
    }
}
