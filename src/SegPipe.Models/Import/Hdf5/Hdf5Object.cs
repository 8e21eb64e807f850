namespace SegPipe.Models.Import.Hdf5;

/// <summary>A group or an array of a file.</summary>
internal sealed class Hdf5Object
{
    private readonly Hdf5File _file;
    private readonly Hdf5Bytes _bytes;
    private readonly long _address;
    private readonly List<Message> _messages;
    private Dictionary<string, long>? _links;

    /// <summary>Reads the header at an address.</summary>
    public Hdf5Object(Hdf5File file, Hdf5Bytes bytes, long address)
    {
        (_file, _bytes, _address) = (file, bytes, address);
        _messages = ObjectHeader.Read(bytes, address);
    }

    /// <summary>Names of a group's members; none for an array.</summary>
    public IReadOnlyCollection<string> Members => Links.Keys;

    /// <summary>A member by its path below this group, or null.</summary>
    public Hdf5Object? Find(string path)
    {
        var found = this;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!found.Links.TryGetValue(name, out var address)) return null;
            found = _file.At(address);
        }
        return found;
    }

    /// <summary>The texts of an attribute, or null where there is none of this name.</summary>
    public string[]? Texts(string attribute)
    {
        foreach (var message in Of(MessageKind.Attribute))
        {
            if (Hdf5Attribute.Read(_file, _bytes, message, attribute) is { } texts) return texts;
        }

        foreach (var message in Of(MessageKind.AttributeInfo))
        {
            var cursor = _bytes.At(message.Offset, message.Length);
            cursor.Skip(1);
            cursor.Skip((cursor.U8() & 1) != 0 ? 2 : 0);
            if (cursor.Offset() != Hdf5Bytes.Undefined) throw _bytes.Unsupported(message.Offset, "attributes in a fractal heap");
        }
        return null;
    }

    /// <summary>The numbers of an array as float32, with the lengths of its axes.</summary>
    public (int[] Shape, float[] Values) Floats()
    {
        var axes = Hdf5Space.Read(_bytes, Required(MessageKind.Dataspace, "an array's axes"));
        var type = Hdf5Type.Read(_bytes, Required(MessageKind.Datatype, "an array's type"));
        if (type.Class is Hdf5Class.Text or Hdf5Class.VariableText) throw _bytes.Unsupported(_address, "an array of texts where numbers are needed");
        var count = Hdf5Space.Count(_bytes, _address, axes);
        Required(MessageKind.DataLayout, "an array's layout");
        _bytes.Copy(_address, 4L * count);
        var filters = Of(MessageKind.FilterPipeline).Select(message => FilterPipeline.Read(_bytes, message)).FirstOrDefault();
        var raw = DataLayout.Read(_bytes, Of(MessageKind.DataLayout).First(), axes, (long)count * type.Size, type.Size, filters);
        return ([.. axes.Select(axis => (int)axis)], Hdf5Numbers.ToFloats(raw, type, count));
    }

    private Dictionary<string, long> Links
    {
        get
        {
            if (_links is not null) return _links;
            var links = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var message in Of(MessageKind.SymbolTable)) SymbolTable.Read(_bytes, message, links);
            foreach (var message in Of(MessageKind.LinkInfo)) LinkMessage.RequireCompact(_bytes, message);
            foreach (var message in Of(MessageKind.Link)) LinkMessage.Read(_bytes, message, links);
            return _links = links;
        }
    }

    private IEnumerable<Message> Of(MessageKind kind) => _messages.Where(message => message.Kind == kind);

    private Hdf5Cursor Required(MessageKind kind, string what)
    {
        foreach (var message in Of(kind))
        {
            return message.Shared ? throw _bytes.Unsupported(message.Offset, $"{what} shared with another object") : _bytes.At(message.Offset, message.Length);
        }
        throw _bytes.Fault(_address, $"an object without {what}");
    }
}
