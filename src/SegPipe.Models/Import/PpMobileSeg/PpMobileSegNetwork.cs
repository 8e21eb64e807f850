using SegPipe.Frames;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>PP-MobileSeg, Base or Tiny: the backbone StrideFormer, the fusion and the head, up to the logits at 1/8 or 1/16 of the input.</summary>
/// <param name="Family">Its name, with the variant where it is a published one.</param>
/// <param name="Logits">Its output.</param>
internal sealed record PpMobileSegNetwork(string Family, Feature Logits)
{
    /// <summary>Name of the graph's input.</summary>
    public const string Input = "image";

    // At less than that there is no map left at 1/32 and its attention.
    private const int LeastSide = 32;

    /// <summary>Adds the network to a graph.</summary>
    /// <exception cref="SegPipeException">64 for an impossible size, 65 for weights that do not fit.</exception>
    public static PpMobileSegNetwork Build(OnnxGraphBuilder graph, PpMobileSegWeights weights, PictureSize size, ImportReport report)
    {
        if (size.Width < LeastSide || size.Height < LeastSide) throw new SegPipeException(ExitCode.Usage, $"PP-MobileSeg cannot work on {size}.", $"Give an --input-size of {LeastSide} or more on both sides.");
        var layers = new Layers(graph, report);
        var x = new Feature(graph.Input(Input, OnnxType.Float, 1, 3, size.Height, size.Width), 3, size.Height, size.Width);
        x = layers.Convolve(x, weights.Convolution("backbone.smb1.conv", 3), "backbone.smb1.conv", Activation.HardSwish, stride: 2);

        var fused = new List<Feature>();
        var depths = new List<int>();
        foreach (var stage in PpMobileSegTable.Stages)
        {
            for (var i = 0; i < stage.Strides.Length; i++)
                x = InvertedResidual.Add(layers, weights, x, $"backbone.{stage.Name}.blocks.{i}", stage.Activation, stage.Strides[i]);
            if (stage.Transformer is { } transformer)
            {
                depths.Add(weights.Count($"backbone.{transformer}.transformer_blocks", "attn.to_q.conv.weight"));
                for (var i = 0; i < depths[^1]; i++)
                    x = TransformerBlock.Add(layers, weights, x, $"backbone.{transformer}.transformer_blocks.{i}", stage.KeyChannels);
            }
            if (stage.Transformer is not null || stage.Name == PpMobileSegTable.Detail) fused.Add(x);
        }

        var logits = Head(layers, weights, AggregatedAttention.Add(layers, weights, fused[0], fused[1], fused[2]));
        graph.Output(logits.Value, OnnxType.Float, 1, logits.Channels, logits.Height, logits.Width);
        return new(PpMobileSegTable.FamilyOf(fused.Select(f => f.Channels), depths), logits);
    }

    private static Feature Head(Layers layers, PpMobileSegWeights weights, Feature x)
    {
        x = layers.Convolve(x, weights.Convolution("decode_head.linear_fuse", 1, x.Channels), "decode_head.linear_fuse", Activation.Relu);
        return layers.Convolve(x, weights.Classifier("decode_head.conv_seg", x.Channels), "logits");
    }
}
