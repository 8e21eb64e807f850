using System.Globalization;

namespace SegPipe.Models.Import.TensorFlow.Bundles;

/// <summary>A checkpoint of TensorFlow: an index of variables and the files that hold their values.</summary>
internal sealed class TensorBundle : ITensorSource
{
    /// <summary>The variable that describes how Python's objects hold the others.</summary>
    public const string ObjectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH";

    private const int MaxShards = 1024, MaxTextBytes = 32 << 20;
    private readonly Dictionary<string, BundleEntry> _entries = new(StringComparer.Ordinal);
    private readonly string _prefix;
    private readonly long _shards;
    private long _left;

    private TensorBundle(string prefix)
    {
        _prefix = prefix;
        Path = prefix + IndexExtension;
        var entries = SortedTable.Read(Path);
        if (entries is not [("", var header), ..]) throw Damage.At(Path, 0, "the index has no header");
        foreach (var field in header)
        {
            if (field.Number == 1) _shards = field.Integer;
            if (field is { Number: 2, Integer: not 0 }) throw header.Wrong("values in big-endian order are not supported");
        }

        if (_shards is < 1 or > MaxShards) throw header.Wrong($"it has {_shards} data files");
        foreach (var (key, value) in entries.Skip(1)) _entries[key] = BundleEntry.Read(value);
        for (var shard = 0; shard < _shards; shard++) _left += File.Exists(Shard(shard)) ? SourceFile.Length(Shard(shard)) : 0;
        Bytes = _left;
    }

    /// <summary>Extension of the index.</summary>
    public const string IndexExtension = ".index";

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public long Bytes { get; }

    /// <summary>Names of the variables in order.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>The prefix that a path means: the prefix itself, its index, or one of its data files; null where there is no index.</summary>
    public static string? PrefixOf(string path)
    {
        var data = path.LastIndexOf(".data-", StringComparison.Ordinal);
        var prefix = path.EndsWith(IndexExtension, StringComparison.Ordinal) ? path[..^IndexExtension.Length] : data > 0 ? path[..data] : path;
        return SortedTable.LooksLike(prefix + IndexExtension) ? prefix : null;
    }

    /// <summary>Reads the index.</summary>
    /// <exception cref="SegPipeException">65 with the offset.</exception>
    public static TensorBundle Open(string prefix) => new(prefix);

    /// <inheritdoc/>
    public bool Has(string name) => _entries.ContainsKey(name);

    /// <inheritdoc/>
    public TensorValues Read(string name)
    {
        var entry = Find(name);
        var count = entry.Shape is { } shape ? TensorValues.CountOf(shape) : -1;
        if (entry.Kind.Bytes() == 0) throw Damage.In(Path, name, $"the element type {(int)entry.Kind} is not supported");
        if (count < 0 || count * entry.Kind.Bytes() != entry.Size) throw Damage.In(Path, name, $"a variable of the shape [{string.Join(", ", entry.Shape ?? [])}] has {entry.Size} bytes");
        return TensorValues.FromBytes(entry.Kind, entry.Shape!, Load(name, entry, entry.Checksum));
    }

    /// <summary>The bytes of a variable that is one text.</summary>
    public ProtoMessage ReadText(string name)
    {
        var entry = Find(name);
        if (entry.Kind != ElementKind.Text || entry.Size > MaxTextBytes) throw Damage.In(Path, name, $"a text is expected, not {entry.Size} bytes of the element type {(int)entry.Kind}");
        var whole = new ProtoMessage(Shard(entry.Shard), Load(name, entry, checksum: 0), entry.Offset);
        // One length, a checksum of the lengths, and the text.
        var (length, at) = whole.Varint(0);
        return length == (ulong)(entry.Size - at - 4) ? whole with { Bytes = whole.Bytes[(at + 4)..], Offset = whole.Offset + at + 4 } : throw whole.Wrong("the length of a text is wrong");
    }

    private BundleEntry Find(string name) => _entries.TryGetValue(name, out var entry) ? entry : throw Damage.In(Path, name, "this variable is missing");

    private byte[] Load(string name, BundleEntry entry, uint checksum)
    {
        if (entry.Sliced) throw Damage.In(Path, name, "a variable in slices is not supported");
        var path = entry.Shard >= 0 && entry.Shard < _shards ? Shard(entry.Shard) : throw Damage.In(Path, name, $"it lies in data file {entry.Shard} of {_shards}");
        if (!File.Exists(path)) throw new SegPipeException(ExitCode.InputMissing, $"{path} is missing, in which '{Damage.Shown(name)}' lies.", "A checkpoint consists of an .index and its .data files; put them side by side.");
        // Each variable is read once, so all together are no more than the files.
        var bytes = entry.Size <= _left ? SourceFile.Piece(path, name, entry.Offset, entry.Size) : throw Damage.In(path, name, $"its {entry.Size} bytes are more than the files have left");
        _left -= entry.Size;
        return checksum == 0 || Checksum.Of(bytes) == checksum ? bytes : throw Damage.In(path, name, $"its {entry.Size} bytes at {entry.Offset} do not match their checksum");
    }

    private string Shard(long shard) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}.data-{shard:D5}-of-{_shards:D5}");
}
