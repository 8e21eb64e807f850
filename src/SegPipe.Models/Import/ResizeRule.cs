using SegPipe.Frames;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import;

/// <summary>Reads the coordinate rule off a bilinear resize.</summary>
internal static class ResizeRule
{
    /// <summary>The rule, or null where the resize is not bilinear or follows a rule that class maps are not enlarged by.</summary>
    public static CoordinateRule? Of(NodeProto node, long opset)
    {
        if (GraphValues.Text(node, "mode") is not ("linear" or "bilinear")) return null;
        // Upsample and the first Resize know no other rule than x · scale.
        if (node.OpType == "Upsample" || opset < 11) return CoordinateRule.Asymmetric;
        return GraphValues.Text(node, "coordinate_transformation_mode") switch
        {
            null or "half_pixel" or "pytorch_half_pixel" or "half_pixel_symmetric" => CoordinateRule.HalfPixel,
            "align_corners" => CoordinateRule.AlignCorners,
            "asymmetric" => CoordinateRule.Asymmetric,
            _ => null,
        };
    }
}
