using System.Runtime.InteropServices;
using Google.Protobuf;

namespace SegPipe.Models.Onnx;

/// <summary>Element types, by ONNX's numbers.</summary>
internal enum OnnxType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Float16 = 10,
    Double = 11,
}

/// <summary>
/// Writes an ONNX graph node by node: every method gives back the name of the value that it made, which the next one takes. Nodes must
/// be added in an order in which each comes behind those that feed it.
/// </summary>
internal sealed class OnnxGraphBuilder(string name)
{
    private readonly GraphProto _graph = new() { Name = name };
    private readonly HashSet<string> _names = [];
    private ModelProto? _model;

    private OnnxGraphBuilder(ModelProto model)
        : this(model.Graph.Name)
    {
        (_model, _graph) = (model, model.Graph);
        _names.UnionWith(_graph.Initializer.Select(tensor => tensor.Name));
        _names.UnionWith(_graph.Input.Select(input => input.Name));
        _names.UnionWith(_graph.Node.SelectMany(node => node.Output));
    }

    /// <summary>The graph so far.</summary>
    public GraphProto Graph => _graph;

    /// <summary>Goes on with a model that is there: its operator sets and whatever else it holds stay.</summary>
    public static OnnxGraphBuilder Over(ModelProto model) => new(model);

    /// <summary>Adds an input; an axis of −1 may have any length.</summary>
    public string Input(string value, OnnxType type, params ReadOnlySpan<long> shape)
    {
        _graph.Input.Add(Info(Take(value), type, shape));
        return value;
    }

    /// <summary>Names a value as output; an axis of −1 may have any length.</summary>
    public void Output(string value, OnnxType type, params ReadOnlySpan<long> shape) => _graph.Output.Add(Info(value, type, shape));

    /// <summary>Adds a constant; one with no axes is a scalar.</summary>
    public string Constant<T>(string hint, ReadOnlySpan<T> values, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        var tensor = new TensorProto { Name = Unique(hint), DataType = (int)TypeOf<T>(), RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };
        long count = 1;
        foreach (var axis in shape)
        {
            tensor.Dims.Add(axis);
            count *= axis;
        }
        if (count != values.Length) throw new ArgumentException($"'{hint}' has {values.Length} values for a shape of {count}.");
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds a list of whole numbers, as shapes, pads and axes are given.</summary>
    public string Integers(string hint, params ReadOnlySpan<long> values) => Constant(hint, values, values.Length);

    /// <summary>Adds a node with one output, whose name is made of the operator, or of <paramref name="hint"/>.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="inputs">Its inputs; an empty text is one that is left out.</param>
    /// <param name="hint">What the value is called, made unique; null for the operator's name.</param>
    /// <param name="attributes">Attributes: long, float, string, long[], float[] or bool as 0 and 1.</param>
    public string Node(string op, string[] inputs, string? hint = null, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Nodes(op, inputs, 1, hint, attributes)[0];

    /// <summary>Adds a node with several outputs.</summary>
    public string[] Nodes(string op, string[] inputs, int outputs, string? hint = null, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var node = new NodeProto { OpType = op };
        node.Input.Add(inputs);
        for (var i = 0; i < outputs; i++) node.Output.Add(Unique(hint ?? op));
        node.Name = node.Output[0];
        foreach (var (attribute, value) in attributes) node.Attribute.Add(Attribute(attribute, value));
        _graph.Node.Add(node);
        return [.. node.Output];
    }

    /// <summary>The model; one that was not there before is for operator set 17 unless stated otherwise.</summary>
    public ModelProto Build(int opset = 17) => _model ??= new()
    {
        IrVersion = 8,
        ProducerName = "SegPipe",
        Graph = _graph,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = opset } },
    };

    private static OnnxType TypeOf<T>() => Type.GetTypeCode(typeof(T)) switch
    {
        TypeCode.Single => OnnxType.Float,
        TypeCode.Double => OnnxType.Double,
        TypeCode.Byte => OnnxType.UInt8,
        TypeCode.SByte => OnnxType.Int8,
        TypeCode.Int32 => OnnxType.Int32,
        TypeCode.Int64 => OnnxType.Int64,
        TypeCode.Boolean => OnnxType.Bool,
        _ => typeof(T) == typeof(Half) ? OnnxType.Float16 : throw new NotSupportedException($"{typeof(T)} is no element type of ONNX."),
    };

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        long i => new() { Name = name, Type = 2, I = i },
        int i => new() { Name = name, Type = 2, I = i },
        bool b => new() { Name = name, Type = 2, I = b ? 1 : 0 },
        float f => new() { Name = name, Type = 1, F = f },
        string s => new() { Name = name, Type = 3, S = ByteString.CopyFromUtf8(s) },
        long[] i => new() { Name = name, Type = 7, Ints = { i } },
        float[] f => new() { Name = name, Type = 6, Floats = { f } },
        _ => throw new NotSupportedException($"Attribute '{name}' cannot be a {value.GetType()}."),
    };

    private static ValueInfoProto Info(string value, OnnxType type, ReadOnlySpan<long> shape)
    {
        var axes = new TensorShapeProto();
        foreach (var axis in shape)
            axes.Dim.Add(axis < 0 ? new TensorShapeProto.Types.Dimension { DimParam = "batch" } : new TensorShapeProto.Types.Dimension { DimValue = axis });
        return new() { Name = value, Type = new() { TensorType = new() { ElemType = (int)type, Shape = axes } } };
    }

    private string Take(string value) => _names.Add(value) ? value : throw new ArgumentException($"There is a value '{value}' already.");

    private string Unique(string hint)
    {
        if (_names.Add(hint)) return hint;
        for (var i = 1; ; i++)
            if (_names.Add($"{hint}_{i}")) return $"{hint}_{i}";
    }
}
