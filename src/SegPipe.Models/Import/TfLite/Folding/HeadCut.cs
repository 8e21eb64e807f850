using SegPipe.Frames;

namespace SegPipe.Models.Import.TfLite.Folding;

/// <summary>
/// Leaves out what enlarges the logits and picks the classes, so that the program's own kernels do it: in a quantised file these are mixed
/// with changes of scale, which cannot be told from the network any more once they are written as ONNX.
/// </summary>
internal static class HeadCut
{
    private const int Dequantise = 6, Resize = 23, Softmax = 25, Custom = 32, Cast = 53, ArgMax = 56, Quantise = 114;

    /// <summary>The model up to the values that its last resize enlarges, and how that resize maps places.</summary>
    public static (TfLiteModel Model, CoordinateRule Coordinates) Cut(TfLiteModel model, ImportReport report)
    {
        var links = new GraphLinks(model);
        List<TfLiteOperator> passed = [];
        for (var at = model.Outputs[0]; links.Maker(at) is { Inputs: [>= 0, ..] } op; at = op.Inputs[0])
        {
            var resizes = op.Kind == Resize || op is { Kind: Custom, Name: "ResizeArgmax" };
            if (!resizes && op.Kind is not (ArgMax or Cast or Softmax or Quantise or Dequantise)) break;
            passed.Add(op);
            if (!resizes) continue;
            report.Cut.AddRange(passed.Where(cut => cut.Kind is not (Quantise or Dequantise)).Select(cut => cut.Name).Reverse());
            var rule = op.Kind == Custom ? CoordinateRule.Asymmetric : op.Options.Bool(2) ? CoordinateRule.AlignCorners : op.Options.Bool(3) ? CoordinateRule.HalfPixel : CoordinateRule.Asymmetric;
            return (model with { Operators = Needed(model, op.Inputs[0]), Outputs = [op.Inputs[0]] }, rule);
        }
        return (model, CoordinateRule.HalfPixel);
    }

    // Damaged files hold operators that nobody reads and that read what was cut.
    private static List<TfLiteOperator> Needed(TfLiteModel model, int output)
    {
        var wanted = new HashSet<int> { output };
        List<TfLiteOperator> needed = [];
        foreach (var op in model.Operators.Reverse().Where(op => op.Outputs.Any(wanted.Contains)))
        {
            needed.Add(op);
            wanted.UnionWith(op.Inputs);
        }

        needed.Reverse();
        return needed;
    }
}
