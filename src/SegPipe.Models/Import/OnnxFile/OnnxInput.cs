using SegPipe.Frames;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.OnnxFile;

/// <summary>Finds the picture among a graph's inputs and fixes its size.</summary>
internal static class OnnxInput
{
    private static readonly long?[] ColourChannels = [3];

    /// <summary>Takes the graph's only input as a picture; batch 1, its size fixed in the graph.</summary>
    /// <exception cref="SegPipeException">65 if there is no picture among the inputs, 64 if its size is open and not stated, or stated and another.</exception>
    public static CardInput Take(OnnxGraphBuilder builder, PictureSize? stated, ImportReport report)
    {
        var graph = builder.Graph;
        var weights = graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var inputs = graph.Input.Where(input => !weights.Contains(input.Name)).ToList();
        if (inputs is not [var info] || info.Type?.TensorType is not { Shape.Dim: [_, _, _, _] } tensor)
            throw Unusable(inputs);
        var axes = tensor.Shape.Dim.Select(axis => axis.DimValue > 0 ? axis.DimValue : (long?)null).ToArray();
        var layout = LayoutOf(axes, inputs, report);
        var (height, width) = layout == TensorLayout.Nchw ? (axes[2], axes[3]) : (axes[1], axes[2]);
        var size = Size(info.Name, height, width, stated);
        Fix(graph, tensor.Shape, axes, layout, size);
        return new()
        {
            Name = TakeBytes(builder, info, (OnnxType)tensor.ElemType, inputs),
            Size = size,
            Layout = layout,
            Element = (OnnxType)tensor.ElemType == OnnxType.UInt8 ? ElementType.UInt8 : ElementType.Float32,
            Order = ChannelOrder.Rgb,
            Mean = [0, 0, 0],
            Scale = [1, 1, 1],
            Fit = PictureFit.Stretch,
        };
    }

    private static TensorLayout LayoutOf(long?[] axes, List<ValueInfoProto> inputs, ImportReport report)
    {
        if (axes[0] is > 1) throw new SegPipeException(ExitCode.InputUnusable, $"The network takes batches of {axes[0]} only.", "Export it with batch 1 or a dynamic batch.");
        if (axes[1] == 3) return TensorLayout.Nchw;
        if (axes[3] == 3) return TensorLayout.Nhwc;
        if (!ColourChannels.Append(null).Contains(axes[1])) throw Unusable(inputs);
        report.Warnings.Add("the input does not tell its order of axes: NCHW is assumed");
        return TensorLayout.Nchw;
    }

    private static PictureSize Size(string name, long? height, long? width, PictureSize? stated)
    {
        if (height is { } rows && width is { } columns && rows <= 16384 && columns <= 16384)
        {
            var built = new PictureSize((int)columns, (int)rows);
            return stated is null || stated == built ? built : throw new SegPipeException(ExitCode.Usage, $"The network is built for {built}, not for {stated}.", "Leave --input-size out, or export the network with a dynamic size.");
        }

        if (stated is not { } size) throw new SegPipeException(ExitCode.Usage, $"The network leaves the size of its input {name} open.", "Say it: --input-size WIDTHxHEIGHT.");
        return (height ?? size.Height) == size.Height && (width ?? size.Width) == size.Width ? size
            : throw new SegPipeException(ExitCode.Usage, $"The input {name} is {width?.ToString() ?? "?"}x{height?.ToString() ?? "?"}, which {size} does not fit.", "Say another --input-size.");
    }

    private static void Fix(GraphProto graph, TensorShapeProto shape, long?[] axes, TensorLayout layout, PictureSize size)
    {
        if (axes.All(axis => axis is not null)) return;
        long[] wanted = layout == TensorLayout.Nchw ? [1, 3, size.Height, size.Width] : [1, size.Height, size.Width, 3];
        for (var i = 0; i < wanted.Length; i++) shape.Dim[i] = new() { DimValue = wanted[i] };
        // What the exporter noted of other values was noted for an open size.
        graph.ValueInfo.Clear();
    }

    /// <summary>The name of an input that can be fed; one of half precision gets a float32 one in front of it.</summary>
    private static string TakeBytes(OnnxGraphBuilder builder, ValueInfoProto info, OnnxType type, List<ValueInfoProto> inputs)
    {
        if (type is OnnxType.Float or OnnxType.UInt8) return info.Name;
        if (type != OnnxType.Float16) throw Unusable(inputs);
        var half = info.Name;
        foreach (var node in builder.Graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
                if (node.Input[i] == half) node.Input[i] = half + "_half";
        }

        builder.Graph.Node.Insert(0, new NodeProto
        {
            OpType = "Cast",
            Name = half + "_half",
            Input = { half },
            Output = { half + "_half" },
            Attribute = { new AttributeProto { Name = "to", Type = 2, I = (long)OnnxType.Float16 } },
        });
        info.Type.TensorType.ElemType = (int)OnnxType.Float;
        return half;
    }

    private static SegPipeException Unusable(List<ValueInfoProto> inputs) => new(ExitCode.InputUnusable,
        $"The network does not take one colour picture; its inputs: {string.Join("; ", inputs.Select(GraphSummary.DescribeTensor))}.",
        "A segmentation network has one input of four axes, three of them rows, columns and 3 colours, of float32, float16 or uint8.");
}
