using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import;

/// <summary>How a family of networks is recognised where a file does not name it, and how it wants its colours.</summary>
/// <param name="Family">Its name on cards.</param>
/// <param name="Marks">Parts of the names of nodes and weights that only this family has.</param>
/// <param name="Normalisation">How colours are prepared.</param>
internal sealed record FamilyTraits(string Family, string[] Marks, Normalisation Normalisation)
{
    private static readonly FamilyTraits[] All =
    [
        new("pp_mobileseg", ["backbone.smb1", "trans1.transformer_blocks"], Normalisation.Imagenet),
        new("shufflenet_v2", ["ShuffleNetV2/"], Normalisation.Bytes),
        new("mosaic", ["spatial_pyramid_pooling_multikernel", "_multi_kernel_group_conv"], Normalisation.Signed),
        new("deeplab_v3_mobilenetv2", ["MobilenetV2/", "block_13_expand", "expanded_conv_depthwise"], Normalisation.Signed),
    ];

    /// <summary>The traits of the family that is stated, that the graph's names show, or that the file's name says.</summary>
    public static FamilyTraits? Of(string? stated, GraphProto graph, string fileName)
    {
        if (stated is not null) return All.FirstOrDefault(traits => stated.StartsWith(traits.Family, StringComparison.Ordinal));
        return All.FirstOrDefault(traits => Names(graph).Any(name => traits.Marks.Any(mark => name.Contains(mark, StringComparison.Ordinal))))
            ?? All.FirstOrDefault(traits => fileName.Contains(traits.Family, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Names(GraphProto graph) =>
        graph.Node.Select(node => node.Name).Concat(graph.Node.SelectMany(node => node.Output)).Concat(graph.Initializer.Select(tensor => tensor.Name));
}
