using SegPipe.Frames;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>Converts the operators of a GraphDef, each behind those that feed it.</summary>
internal sealed class GraphConversion
{
    /// <summary>Name of the ONNX graph's input.</summary>
    public const string InputName = "input";

    // Values that may be reckoned out beyond those that the file holds.
    private const long MaxFolded = 4 << 20;

    private readonly GraphFile _file;
    private readonly Dictionary<string, GraphNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GraphValue[]> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<PictureSize, PictureSize> _sizes = [];
    private readonly PictureSize? _wanted;
    private (ChannelAffine Normalisation, Feature Feature)? _picture;
    private long _constantsLeft;

    /// <summary>Prepares the conversion of a file.</summary>
    /// <param name="file">The operators.</param>
    /// <param name="wanted">Input size, or null for the file's own.</param>
    /// <param name="layers">What the ONNX graph is written with.</param>
    public GraphConversion(GraphFile file, PictureSize? wanted, NetworkLayers layers)
    {
        (_file, _wanted, Layers) = (file, wanted, layers);
        _constantsLeft = file.Length / 2 + MaxFolded;
        foreach (var node in file.Nodes)
        {
            if (!_nodes.TryAdd(node.Name, node)) throw Damage.In(file.Path, node.Name, $"two operators have this name (byte {node.Place.Offset})");
        }
    }

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <summary>What the ONNX graph is written with.</summary>
    public NetworkLayers Layers { get; }

    /// <summary>How channels of the picture are prepared, in the measure of bytes.</summary>
    public ChannelAffine Normalisation => _picture?.Normalisation ?? new([1, 1, 1], [0, 0, 0]);

    /// <summary>Input size.</summary>
    public PictureSize Size { get; private set; }

    /// <summary>Input size for which the file was made.</summary>
    public PictureSize PublishedSize { get; private set; }

    /// <summary>Coordinate rule of the resize that was converted last: the one behind the logits.</summary>
    public CoordinateRule Coordinates { get; set; } = CoordinateRule.AlignCorners;

    /// <summary>Number of classes of the logits.</summary>
    public int Channels { get; set; }

    /// <summary>Converts what the last output of the graph needs.</summary>
    public void Convert(ImportReport report)
    {
        var outputs = Outputs();
        if (outputs.Count == 0) throw Damage.At(Path, 0, "the graph has no output");
        if (outputs.Count > 1) report.Warnings.Add($"The graph has {outputs.Count} outputs; '{Damage.Shown(outputs[^1].Name)}' was taken.");
        var order = GraphOrder.Of(Path, outputs[^1], _nodes);
        foreach (var name in order.SelectMany(node => node.Inputs)) _users[name] = Users(name) + 1;
        foreach (var node in order)
        {
            if (node.Op != "Const") report.Count(node.Op);
            Keep(node, Convert(node));
        }

        WriteOutput(outputs[^1]);
        report.Parameters += Layers.Parameters;
    }

    /// <summary>How many inputs take a value.</summary>
    public int Users(string input) => _users.GetValueOrDefault(input);

    /// <summary>Counts values that are kept for an operator; a damaged file could make a few bytes stand for any number of them.</summary>
    public void Keep(OperatorCall call, long values)
    {
        if ((_constantsLeft -= values) < 0) throw call.Refuse("the constants are more than a file of this size can need");
    }

    /// <summary>What a size at the file's input size is at the wanted one, or null for one that no value has.</summary>
    public PictureSize? SizeFor(PictureSize published) => Size == default ? published : _sizes.TryGetValue(published, out var size) ? size : null;

    /// <summary>The picture as planes, prepared as a value says.</summary>
    public Feature Picture(PictureValue value, OperatorCall call)
    {
        if (_picture is { } picture)
        {
            return picture.Normalisation == value.Normalisation ? picture.Feature : throw call.Refuse("the picture is prepared in two ways");
        }

        _picture = (value.Normalisation, Layers.Input(InputName, Size, PublishedSize));
        return _picture.Value.Feature;
    }

    /// <summary>Takes the picture's size from its placeholder.</summary>
    public PictureValue Placeholder(OperatorCall call)
    {
        if (Size != default) throw call.Refuse("a second input is not supported");
        var shape = call.Node.Shape("shape") ?? [-1, -1, -1, 3];
        if (shape is not [1 or -1, var height, var width, 3]) throw call.Refuse($"the input is [{string.Join(", ", shape)}], pictures are [1, height, width, 3]");
        PictureSize? published = height is > 0 and <= 16384 && width is > 0 and <= 16384 ? new((int)width, (int)height) : null;
        Size = _wanted ?? published ?? throw new SegPipeException(ExitCode.InputUnusable, $"{Path} does not say its input size.", "Give one: --input-size WxH");
        PublishedSize = published ?? Size;
        _sizes[PublishedSize] = Size;
        return new(new([1, 1, 1], [0, 0, 0]));
    }

    private List<GraphNode> Outputs()
    {
        var used = _nodes.Values.SelectMany(node => node.Inputs).Select(GraphOrder.NodeOf).ToHashSet(StringComparer.Ordinal);
        return [.. _file.Nodes.Where(node => !used.Contains(node.Name) && node.Op is not ("Const" or "NoOp" or "Assert" or "Placeholder"))];
    }

    private GraphValue[] Convert(GraphNode node)
    {
        var inputs = new List<GraphValue>();
        foreach (var input in node.Inputs)
        {
            if (input.StartsWith('^')) continue;
            var (name, output) = GraphOrder.Split(input);
            var values = _values[name];
            inputs.Add(output < values.Length ? values[output] : throw Damage.In(Path, node.Name, $"its input {Damage.Shown(input)} does not exist"));
        }

        return Operators.Convert(new(this, node, [.. inputs]));
    }

    private void Keep(GraphNode node, GraphValue[] values)
    {
        _values[node.Name] = values;
        foreach (var value in values)
        {
            if (value is FeatureValue { Feature: var feature }) _sizes.TryAdd(feature.Published, feature.Size);
            if (value is ConvolutionValue { Batched: false, Window: var window, Input: var input }) _sizes.TryAdd(window.After(input.Published), window.After(input.Size));
        }
    }

    private void WriteOutput(GraphNode node)
    {
        var value = _values[node.Name] is [var first, ..] ? first : throw Damage.In(Path, node.Name, "it gives no value");
        var call = new OperatorCall(this, node, [value]);
        if (value is LabelsValue labels) Layers.Graph.Output(labels.Name, labels.Type, 1, labels.Size.Height, labels.Size.Width);
        else if (call.Feature(0) is var x) Layers.Graph.Output(x.Name, OnnxType.Float, 1, Channels = x.Channels, x.Size.Height, x.Size.Width);
    }
}
