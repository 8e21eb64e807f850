namespace SegPipe.Models.Import.TensorFlow.Bundles;

/// <summary>
/// The variables of a TensorFlow 2 checkpoint by the attributes of Python's objects that lead to them, such as
/// <c>backbone/layer_with_weights-0/_conv0/kernel</c>: a SavedModel's own keys are mere numbers.
/// </summary>
internal sealed class ObjectGraph : ITensorSource
{
    private const int MaxNodes = 100_000, MaxEdges = 1_000_000;
    private readonly TensorBundle _bundle;
    private readonly List<Node> _nodes = [];
    private readonly Node? _root;

    private ObjectGraph(TensorBundle bundle, string[] members)
    {
        _bundle = bundle;
        var edges = 0;
        foreach (var field in bundle.ReadText(TensorBundle.ObjectGraphKey))
        {
            if (field is not { Number: 1, Body: { } body }) continue;
            var node = Read(body);
            edges += node.Children.Count;
            if (_nodes.Count == MaxNodes || edges > MaxEdges) throw body.Wrong($"the object graph has more than {MaxNodes} objects or {MaxEdges} members");
            _nodes.Add(node);
        }

        _root = _nodes.Find(node => members.All(node.Children.ContainsKey));
    }

    /// <inheritdoc/>
    public string Path => _bundle.Path;

    /// <inheritdoc/>
    public long Bytes => _bundle.Bytes;

    /// <summary>Reads the object graph of a bundle and takes the first object that has all members; null if there is none.</summary>
    /// <exception cref="SegPipeException">65 with the offset.</exception>
    public static ObjectGraph? Find(TensorBundle bundle, params string[] members) =>
        bundle.Has(TensorBundle.ObjectGraphKey) && new ObjectGraph(bundle, members) is { _root: not null } graph ? graph : null;

    /// <inheritdoc/>
    public bool Has(string name) => KeyOf(name) is not null;

    /// <inheritdoc/>
    public TensorValues Read(string name) => _bundle.Read(KeyOf(name) ?? throw Damage.In(Path, name, "the object graph does not lead to this variable"));

    private string? KeyOf(string name)
    {
        var node = _root;
        foreach (var part in name.Split('/'))
        {
            node = node is not null && node.Children.TryGetValue(part, out var child) && child >= 0 && child < _nodes.Count ? _nodes[(int)child] : null;
        }

        return node?.Key;
    }

    private static Node Read(ProtoMessage message)
    {
        var node = new Node();
        foreach (var field in message)
        {
            if (field.Number == 1) ReadChild(field.Message, node.Children);
            if (field.Number == 2 && ReadAttribute(field.Message) is { } key) node.Key = key;
        }

        return node;
    }

    private static void ReadChild(ProtoMessage message, Dictionary<string, long> children)
    {
        var (name, node) = ("", 0L);
        foreach (var field in message)
        {
            if (field.Number == 1) node = field.Integer;
            if (field.Number == 2) name = field.Message.Text();
        }

        children[name] = node;
    }

    private static string? ReadAttribute(ProtoMessage message)
    {
        var (name, key) = ("", (string?)null);
        foreach (var field in message)
        {
            if (field.Number == 1) name = field.Message.Text();
            if (field.Number == 3) key = field.Message.Text();
        }

        return name == "VARIABLE_VALUE" ? key : null;
    }

    private sealed class Node
    {
        public Dictionary<string, long> Children { get; } = new(0, StringComparer.Ordinal);

        public string? Key { get; set; }
    }
}
