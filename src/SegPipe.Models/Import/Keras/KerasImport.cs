using SegPipe.Frames;

namespace SegPipe.Models.Import.Keras;

/// <summary>Makes a network of topology and weights, whichever container they came in.</summary>
internal static class KerasImport
{
    /// <summary>Files above this are no segmentation network for video.</summary>
    private const long LargestFile = 1L << 30;

    /// <summary>The bytes of a whole file.</summary>
    /// <exception cref="SegPipeException">65 too large, 74 unreadable.</exception>
    public static byte[] ReadAll(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length <= LargestFile ? File.ReadAllBytes(path) : throw new SegPipeException(ExitCode.InputUnusable, $"{path} has {length} bytes; files of up to {LargestFile} are read.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.IoError, $"{path} cannot be read: {e.Message}", "Check the file's rights and the disk.", e);
        }
    }

    /// <summary>Converts a network.</summary>
    /// <exception cref="SegPipeException">65 with the layer's name.</exception>
    public static ImportedNetwork Convert(KerasModel model, IKerasWeights weights, ImportSource source, ImportOptions options, ImportReport report)
    {
        var conversion = new KerasConversion(model, weights, options, report);
        var output = conversion.Run();
        var graph = conversion.Graph;
        if (graph.Graph.Input is not [var input]) throw model.Fault("the network has no input");
        var value = output.Value(graph);
        // An output must be what a node gives, even where every layer lets its input pass.
        if (value == input.Name) value = graph.Node("Identity", [value]);
        long[] shape = output.IsMap ? [1, output.Channels, output.Rows, output.Columns] : [1, .. output.Shape.Select(axis => (long)axis)];
        graph.Output(value, Onnx.OnnxType.Float, shape);

        var traits = FamilyTraits.Of(options.Family, graph.Graph, source.Name);
        var axes = input.Type.TensorType.Shape.Dim;
        var (mean, scale) = NormalisationOf(model, traits, options, report).Numbers();
        return new()
        {
            Graph = graph,
            Family = options.Family ?? traits?.Family ?? "keras",
            Input = new()
            {
                Name = input.Name,
                Size = new((int)axes[3].DimValue, (int)axes[2].DimValue),
                Layout = TensorLayout.Nchw,
                Element = ElementType.Float32,
                Order = ChannelOrder.Rgb,
                Mean = mean,
                Scale = scale,
                Fit = PictureFit.Stretch,
            },
            Coordinates = CoordinateRule.HalfPixel,
        };
    }

    /// <summary>A network that rescales its input by itself takes bytes; otherwise its family decides.</summary>
    private static Normalisation NormalisationOf(KerasModel model, FamilyTraits? traits, ImportOptions options, ImportReport report)
    {
        var inputs = model.Layers.Where(layer => layer.Class == "InputLayer").Select(layer => layer.Name).ToHashSet(StringComparer.Ordinal);
        if (model.Layers.Any(layer => layer.Class == "Rescaling" && layer.Calls.Any(call => call.Any(value => inputs.Contains(value.Layer))))) return Normalisation.Bytes;
        if (traits is null && options.Normalisation is null)
            report.Warnings.Add("the file does not tell how colours are prepared: rgb / 127.5 − 1 is assumed, as Keras does for MobileNet; --normalise says otherwise");
        return traits?.Normalisation ?? Normalisation.Signed;
    }
}
