using SegPipe.Frames;
using SegPipe.Models.Import.TfLite.Folding;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.TfLite;

/// <summary>Imports TFLite files, float and quantised, as the MLIR and the TOCO converter write them.</summary>
internal sealed class TfLiteImporter : IModelImporter
{
    /// <inheritdoc/>
    public string Container => "TFLite";

    /// <inheritdoc/>
    public bool Recognises(ImportSource source) => TfLiteReader.IsTfLite(source.Head(8));

    /// <inheritdoc/>
    public ImportedNetwork Import(ImportSource source, ImportOptions options, ImportReport report)
    {
        var model = TfLiteReader.Read(File.ReadAllBytes(source.Path), source.Path);
        if (model.Inputs.Length != 1 || model.Outputs.Length != 1) throw model.Buffer.Damaged(0, $"the network has {model.Inputs.Length} inputs and {model.Outputs.Length} outputs, one of each is possible");
        foreach (var op in model.Operators) report.Count(op.Name);
        report.Quantisation = QuantisationOf(model);

        var coordinates = CoordinateRule.HalfPixel;
        model = WindowFolding.Fold(model);
        model = model with { Operators = ShuffleFolding.Fold(model) };
        var family = TfLiteFamily.Of(model.Operators);
        if (!options.KeepHead) (model, coordinates) = HeadCut.Cut(model, report);
        if (family is null && options.Family is null) report.Warnings.Add("The family was not recognised; name it with --family, and check the preprocessing on the card.");

        var graph = new OnnxGraphBuilder(options.Name);
        var conversion = new TfLiteConversion(model, graph, options.Precision);
        var input = AddInput(conversion, options, family);
        foreach (var op in model.Operators)
        {
            var converter = TfLiteOperators.Find(op) ?? throw conversion.Unsupported(op, "is not supported");
            converter.Convert(op, conversion);
        }
        AddOutput(conversion);
        report.Parameters += conversion.Parameters;
        return new() { Graph = graph, Family = options.Family ?? (family ?? TfLiteFamily.Unknown).Name, Input = input, Coordinates = coordinates };
    }

    private static CardInput AddInput(TfLiteConversion conversion, ImportOptions options, TfLiteFamily? family)
    {
        var tensor = conversion.Tensor(conversion.Model.Inputs[0]);
        if (tensor.Shape is not [1, > 0 and var height, > 0 and var width, 3]) throw conversion.Model.Buffer.Damaged(0, $"the input [{string.Join(", ", tensor.Shape)}] is no RGB picture [1, height, width, 3]");
        if (options.InputSize is { } size && size != new PictureSize(width, height))
            throw new SegPipeException(ExitCode.Usage, $"A TFLite file has a fixed input size, here {width}x{height}.", "Leave out --input-size, or import the checkpoint that the file was made of.");
        if (tensor.Type != TfLiteType.Float32 && !tensor.IsQuantised) throw conversion.Model.Buffer.Damaged(0, $"the input is {tensor.Type} without a scale");
        var wanted = (family ?? TfLiteFamily.Unknown).Normalisation;
        var (mean, scale) = wanted.Numbers();
        // The file takes RGB as bytes, which stand for scale · (byte − zero point).
        if (tensor.IsQuantised) (mean, scale) = (Three(tensor.Zero / 255f), Three(255 * tensor.Scale));
        var name = conversion.Graph.Input("input", OnnxType.Float, 1, 3, height, width);
        var isSettled = (options.Normalisation ?? wanted) == Normalisation.Signed && IsQuantisedAtOnce(conversion, tensor);
        conversion.SetReal(tensor.Index, isSettled ? Settled(conversion, name) : name, tensor.IsQuantised ? tensor.Range : null);
        return new()
        {
            Name = name, Size = new(width, height), Layout = TensorLayout.Nchw, Element = ElementType.Float32, Order = ChannelOrder.Rgb,
            Mean = mean, Scale = scale, Fit = PictureFit.Stretch,
        };
    }

    private static bool IsQuantisedAtOnce(TfLiteConversion conversion, TfLiteTensor input) =>
        !input.IsQuantised && conversion.Model.Operators.Where(op => op.Inputs.Contains(input.Index)).ToList() is [{ Kind: 114, Outputs: [var output] }]
        && conversion.StaysQuantised(conversion.Tensor(output));

    /// <summary>
    /// Colours in −1…1 to the last bit as frameworks compute them, byte / 127.5 − 1: a step of what they are quantised to is a byte's,
    /// half a step apart, so that the last bit decides about every one of them.
    /// </summary>
    private static string Settled(TfLiteConversion conversion, string colours)
    {
        var (graph, half, one) = (conversion.Graph, conversion.Scalar(127.5f), conversion.Scalar(1));
        var bytes = graph.Node("Round", [graph.Node("Mul", [graph.Node("Add", [colours, one]), half])]);
        return graph.Node("Sub", [graph.Node("Div", [bytes, half]), one]);
    }

    private static void AddOutput(TfLiteConversion conversion)
    {
        var tensor = conversion.Tensor(conversion.Model.Outputs[0]);
        var shape = Array.ConvertAll(TfLiteConversion.OnnxShape(tensor.Shape), axis => (long)axis);
        var type = tensor.Type switch { TfLiteType.Int32 => OnnxType.Int32, TfLiteType.Int64 => OnnxType.Int64, _ => OnnxType.Float };
        conversion.Graph.Output(conversion.Real(tensor.Index), type, shape);
    }

    private static float[] Three(float value) => [value, value, value];

    private static string? QuantisationOf(TfLiteModel model)
    {
        var weights = model.Tensors.Where(tensor => tensor is { IsConstant: true, Shape.Length: 4 }).ToList();
        if (weights.FirstOrDefault(tensor => tensor.IsQuantised) is { } quantised)
        {
            var perChannel = weights.Any(tensor => tensor.IsQuantised && tensor.Quantisation!.PerChannel);
            var mixed = weights.Any(tensor => tensor.Type == TfLiteType.Float32) ? ", partly float32" : "";
            return $"{(quantised.Type == TfLiteType.UInt8 ? "uint8" : "int8")} per {(perChannel ? "channel" : "tensor")}{mixed}";
        }
        return weights.Any(tensor => tensor.Type == TfLiteType.Float16) ? "float16 weights" : null;
    }
}
