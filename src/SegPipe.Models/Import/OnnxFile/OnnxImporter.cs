using SegPipe.Frames;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.OnnxFile;

/// <summary>Takes over any segmentation network that is ONNX already; quantised ones stay as they are.</summary>
internal sealed class OnnxImporter : IModelImporter
{
    private const int OldestOpset = 11, NewestOpset = 21;

    /// <inheritdoc/>
    public string Container => "ONNX";

    /// <inheritdoc/>
    public bool Recognises(ImportSource source) => OnnxContent.IsOnnx(source.Path);

    /// <inheritdoc/>
    public ImportedNetwork Import(ImportSource source, ImportOptions options, ImportReport report)
    {
        var model = OnnxContent.Read(source.Path);
        Count(model, report);
        var hints = CardHints.Find(source.Path, model);
        var family = FamilyTraits.Of(options.Family ?? hints.Family, model.Graph, source.Name);
        var builder = OnnxGraphBuilder.Over(model);
        ChooseOutput(model.Graph, report);
        var input = OnnxInput.Take(builder, options.InputSize ?? hints.Size, report);
        return new()
        {
            Graph = builder,
            Family = options.Family ?? hints.Family ?? family?.Family ?? "unknown",
            Input = Prepared(input, options, hints, family, report),
            Classes = hints.Classes,
            Licence = hints.Licence,
            Training = hints.Training,
        };
    }

    private static CardInput Prepared(CardInput input, ImportOptions options, CardHints hints, FamilyTraits? family, ImportReport report)
    {
        input = input with { Order = hints.Order ?? input.Order, Fit = hints.Fit ?? input.Fit };
        if (input.Element == ElementType.UInt8) return input;
        if (options.Normalisation is null && hints.Mean is { } mean && hints.Scale is { } scale) return input with { Mean = mean, Scale = scale };
        if (options.Normalisation is null && family is null)
            report.Warnings.Add("an ONNX file does not tell how colours are prepared: ImageNet's mean and deviation are assumed; --normalise or a .card.yaml beside the file says otherwise");
        var (means, factors) = (options.Normalisation ?? family?.Normalisation ?? Normalisation.Imagenet).Numbers();
        return input with { Mean = means, Scale = factors };
    }

    private static void Count(ModelProto model, ImportReport report)
    {
        var summary = GraphSummary.Of(model);
        foreach (var op in summary.Operators) report.Operators[op.Operator] = op.Count;
        report.Parameters = summary.Parameters;
        report.Quantisation = OnnxQuantisation.Describe(model.Graph);
        if (summary.Opset is < OldestOpset or > NewestOpset)
            report.Warnings.Add($"the operator set is {summary.Opset}; {OldestOpset} to {NewestOpset} are tested");
    }

    /// <summary>Keeps the output that is most likely the segmentation: the first with four or three axes.</summary>
    private static void ChooseOutput(GraphProto graph, ImportReport report)
    {
        if (graph.Output.Count == 1) return;
        var named = graph.Output.FirstOrDefault(output => output.Type?.TensorType?.Shape?.Dim.Count is 3 or 4) ?? graph.Output[0];
        report.Warnings.Add($"of the outputs {string.Join(", ", graph.Output.Select(output => output.Name))} the first picture-like one is taken: {named.Name}");
        graph.Output.Clear();
        graph.Output.Add(named);
    }
}
