namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>SpaceToBatchND and BatchToSpaceND, with which TensorFlow 1 writes atrous convolutions.</summary>
internal static class AtrousOperators
{
    public static GraphValue SpaceToBatch(OperatorCall call)
    {
        var (rateY, rateX) = Block(call);
        return new BatchedValue(call.Feature(0), rateY, rateX, Margins(call));
    }

    public static GraphValue BatchToSpace(OperatorCall call)
    {
        if (call.Input(0) is not ConvolutionValue { Batched: true } convolution) throw call.Refuse("only one convolution may lie between it and SpaceToBatchND");
        var window = convolution.Window;
        if (Block(call) != (window.RateY, window.RateX)) throw call.Refuse("its blocks are not those of SpaceToBatchND");
        var (padding, crops) = (window.Margins!.Value, Margins(call));
        // Paddings make room for whole blocks too, which the crops take away again; what is left pads the atrous convolution.
        var left = new Margins(padding.Top - crops.Top, padding.Left - crops.Left, padding.Bottom - crops.Bottom, padding.Right - crops.Right);
        if (left is not { Top: >= 0, Left: >= 0, Bottom: >= 0, Right: >= 0 }) throw call.Refuse("it crops more than SpaceToBatchND has padded");
        return convolution with { Batched = false, Window = window with { Margins = left }, Name = call.Node.Name };
    }

    private static (int Y, int X) Block(OperatorCall call) => call.Integers(1) is [>= 1 and <= 1024 and var y, >= 1 and <= 1024 and var x]
        ? ((int)y, (int)x)
        : throw call.Refuse("blocks of two numbers are supported");

    private static Margins Margins(OperatorCall call) => call.Integers(2) is [var top, var bottom, var left, var right] values && values.All(v => v is >= 0 and <= 65536)
        ? new((int)top, (int)left, (int)bottom, (int)right)
        : throw call.Refuse("paddings of two rows are supported");
}
