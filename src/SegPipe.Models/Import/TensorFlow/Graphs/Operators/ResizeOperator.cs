using SegPipe.Frames;

namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>ResizeBilinear with the coordinate rule that its flags say.</summary>
internal static class ResizeOperator
{
    public static GraphValue ResizeBilinear(OperatorCall call)
    {
        var x = call.Feature(0);
        if (call.Integers(1) is not [>= 1 and <= 16384 and var height, >= 1 and <= 16384 and var width]) throw call.Refuse("its size is not two numbers from 1 to 16384");
        var published = new PictureSize((int)width, (int)height);
        // The size is a constant of the file; at another input size it means what became of the value that had this size.
        if (call.Conversion.SizeFor(published) is not { } size)
        {
            size = published;
            if (x.Size != x.Published) throw call.Refuse($"it resizes to {published}, which says nothing about another input size; import at the file's own");
        }

        call.Conversion.Coordinates = call.Node.Integer("align_corners") != 0 ? CoordinateRule.AlignCorners
            : call.Node.Integer("half_pixel_centers") != 0 ? CoordinateRule.HalfPixel
            : CoordinateRule.Asymmetric;
        return new FeatureValue(call.Layers.Resize(x, size, published, call.Conversion.Coordinates, call.Node.Name));
    }
}
