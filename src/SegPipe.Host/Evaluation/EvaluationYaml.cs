using SegPipe.Configuration;
using SegPipe.Host.Segmenting;

namespace SegPipe.Host.Evaluation;

/// <summary>Writes the pipeline that compares a model's class maps with others.</summary>
internal static class EvaluationYaml
{
    /// <summary>The pipeline as YAML, without its models: one with the id <c>model</c> is to be added.</summary>
    /// <param name="input">A folder of pictures or a video.</param>
    /// <param name="truth">A folder of class maps or a label video.</param>
    /// <param name="isVideo">Which of them they are.</param>
    /// <param name="mode">How class maps are upsampled.</param>
    public static string Write(string input, string truth, bool isVideo, SegmentMode mode)
    {
        var picture = isVideo ? "picture" : "input";
        return $$"""
            version: 1
            name: eval
            sources:
              input: { type: {{(isVideo ? "video_file" : "image_folder")}}, path: {{YamlScalar.Of(input)}} }
            stages:
            {{(isVideo ? "  picture: { type: decode, from: input }" : "")}}
              small: { type: resize, from: {{picture}}, model: model }
              logits: { type: infer, from: small, model: model }
              labels: { type: vim_upsample, from: logits, like: {{picture}}, mode: {{SnakeCase.Of(mode.ToString())}} }
            sinks:
              compared: { type: confusion, from: labels, truth: {{YamlScalar.Of(truth)}} }

            """;
    }
}
