using Google.Protobuf;
using SegPipe.Models.Onnx;

namespace SegPipe.Benchmarks.Pipelines;

/// <summary>A model with the demonstration model's shapes and card that does no work: its logits are a constant.</summary>
internal static class NullModel
{
    private const int Float = 1, Classes = 19, Rows = 32, Columns = 64;

    public static void Write(string path, string like)
    {
        // One class a column of cells, so that the upsampling has borders to work at.
        var logits = new float[Classes * Rows * Columns];
        for (var i = 0; i < Rows * Columns; i++) logits[(i % Columns * Classes / Columns * Rows * Columns) + i] = 1;
        var graph = new GraphProto { Name = "null" };
        graph.Initializer.Add(new TensorProto
        {
            Name = "constant", DataType = Float, Dims = { 1, Classes, Rows, Columns }, RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(logits.AsSpan())),
        });
        graph.Input.Add(Value("image", 1, 3, 512, 1024));
        graph.Output.Add(Value("logits", 1, Classes, Rows, Columns));
        graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "constant" }, Output = { "logits" } });
        var model = new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 } } };
        model.MetadataProps.Add(ModelProto.Parser.ParseFrom(File.ReadAllBytes(like)).MetadataProps.Single(p => p.Key == "segpipe.card"));
        File.WriteAllBytes(path, model.ToByteArray());
    }

    private static ValueInfoProto Value(string name, params long[] axes)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(axes.Select(a => new TensorShapeProto.Types.Dimension { DimValue = a }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = Float, Shape = shape } } };
    }
}
