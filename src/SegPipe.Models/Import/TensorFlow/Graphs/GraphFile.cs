using System.Buffers;

namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>A frozen GraphDef: operators and constants in one protobuf message.</summary>
internal sealed class GraphFile
{
    private const long MaxBytes = 1L << 30;
    private const int MaxNodes = 50_000, MaxParts = 500_000;
    private static readonly SearchValues<byte> Identifier = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"u8);

    private GraphFile(string path, long length, List<GraphNode> nodes)
    {
        Path = path;
        Length = length;
        Nodes = nodes;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its bytes.</summary>
    public long Length { get; }

    /// <summary>The operators in the order of the file.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>Whether a file that starts so is a GraphDef: a node with a name and an operator comes first.</summary>
    public static bool LooksLike(ReadOnlySpan<byte> head)
    {
        if (head.Length < 8 || head[0] != 0x0A) return false;
        var at = 1;
        while (at < 6 && head[at] >= 0x80) at++;
        at++;
        return Field(head, ref at, 0x0A, out var name) && !name.ContainsAnyInRange((byte)0, (byte)31)
            && Field(head, ref at, 0x12, out var op) && op.IndexOfAnyExcept(Identifier) < 0;
    }

    /// <summary>Reads the operators.</summary>
    /// <exception cref="SegPipeException">65 with the offset.</exception>
    public static GraphFile Read(string path)
    {
        var bytes = SourceFile.Bytes(path, MaxBytes);
        var nodes = new List<GraphNode>();
        var parts = 0;
        foreach (var field in new ProtoMessage(path, bytes, 0))
        {
            if (field is not { Number: 1, Body: { } body }) continue;
            if (nodes.Count == MaxNodes) throw body.Wrong($"there are more than {MaxNodes} operators");
            nodes.Add(ReadNode(body));
            parts += nodes[^1].Inputs.Length + nodes[^1].Attributes.Count;
            if (parts > MaxParts) throw body.Wrong($"the operators have more than {MaxParts} inputs and attributes");
        }

        return new(path, bytes.Length, nodes);
    }

    private static bool Field(ReadOnlySpan<byte> head, ref int at, byte tag, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (at + 1 >= head.Length || head[at] != tag || head[at + 1] is 0 or >= 0x80) return false;
        var length = head[at + 1];
        if (at + 2 + length > head.Length) return false;
        text = head.Slice(at + 2, length);
        at += 2 + length;
        return true;
    }

    private static GraphNode ReadNode(ProtoMessage message)
    {
        string name = "", op = "";
        var inputs = new List<string>();
        var attributes = new Dictionary<string, ProtoMessage>(StringComparer.Ordinal);
        foreach (var field in message)
        {
            if (field.Number == 1) name = field.Message.Text();
            if (field.Number == 2) op = field.Message.Text();
            if (field.Number == 3) inputs.Add(field.Message.Text());
            if (field.Number == 5) AddAttribute(attributes, field.Message);
            if (inputs.Count + attributes.Count > 10_000) throw message.Wrong("an operator has more than 10000 inputs and attributes");
        }

        return new(name, op, [.. inputs], attributes, message);
    }

    private static void AddAttribute(Dictionary<string, ProtoMessage> attributes, ProtoMessage entry)
    {
        var key = "";
        var value = default(ProtoMessage);
        foreach (var field in entry)
        {
            if (field.Number == 1) key = field.Message.Text();
            if (field.Number == 2) value = field.Message;
        }

        attributes[key] = value;
    }
}
