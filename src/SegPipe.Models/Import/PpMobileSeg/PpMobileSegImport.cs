using SegPipe.Frames;
using SegPipe.Models.Import.Pickle;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>Makes a network of a checkpoint, whichever framework wrote it.</summary>
internal static class PpMobileSegImport
{
    private static readonly PictureSize PublishedSize = new(512, 512);

    /// <summary>Builds the graph and says how pictures are prepared.</summary>
    /// <exception cref="SegPipeException">65 if the tensors are of another network or do not fit each other.</exception>
    public static ImportedNetwork Import(Checkpoint checkpoint, ImportOptions options, ImportReport report)
    {
        var tensors = PpMobileSegNames.Common(checkpoint.Tensors) ?? throw CheckpointFault.In(checkpoint.Where,
            $"its {checkpoint.Tensors.Count} tensors ({CheckpointFault.Quote(checkpoint.Tensors.Keys.First())}, …) are not those of PP-MobileSeg",
            "Of weights without a graph only PP-MobileSeg can be imported; for another network export ONNX.");
        var weights = new PpMobileSegWeights(checkpoint, tensors);
        var meta = new TrainingMeta(checkpoint.Meta);
        var graph = new OnnxGraphBuilder("pp_mobileseg");
        var size = options.InputSize ?? meta.CropSize ?? PublishedSize;
        var network = PpMobileSegNetwork.Build(graph, weights, size, report);
        report.Parameters = weights.Parameters;
        Warn(network, weights, report);
        return new()
        {
            Graph = graph,
            Family = network.Family,
            Input = Input(meta, options, size, network.Logits.Channels, report),
            Coordinates = CoordinateRule.HalfPixel,
            Classes = meta.Classes(network.Logits.Channels),
            Training = meta.Training,
        };
    }

    private static void Warn(PpMobileSegNetwork network, PpMobileSegWeights weights, ImportReport report)
    {
        if (network.Family == PpMobileSegTable.Family) report.Warnings.Add("the widths and depths are of no published PP-MobileSeg; the network was built as the tensors say");
        if (weights.Unused.ToList() is { Count: > 0 } unused)
            report.Warnings.Add($"{unused.Count} tensors belong to no layer and were left out ({CheckpointFault.Quote(unused[0])}{(unused.Count > 1 ? ", …" : "")})");
    }

    private static CardInput Input(TrainingMeta meta, ImportOptions options, PictureSize size, int classes, ImportReport report)
    {
        var (mean, scale) = Normalisation.Imagenet.Numbers();
        if (meta.Normalisation is { } stated) (mean, scale) = stated;
        else if (options.Normalisation is null && classes != 150)
            report.Warnings.Add("the file does not tell how colours are prepared: ImageNet's mean and deviation are assumed; PaddleSeg's Cityscapes configurations want --normalise signed");
        return new()
        {
            Name = PpMobileSegNetwork.Input,
            Size = size,
            Layout = TensorLayout.Nchw,
            Element = ElementType.Float32,
            Order = meta.Order,
            Mean = mean,
            Scale = scale,
            Fit = PictureFit.Stretch,
        };
    }
}
