namespace SegPipe.Models.Import.TfLite;

/// <summary>A table of a FlatBuffer; a field that is absent has its default.</summary>
internal readonly struct FlatTable
{
    private readonly FlatBuffer _buffer;
    private readonly long _fields;
    private readonly int _fieldBytes;
    private readonly int _tableBytes;

    /// <summary>The table at an offset.</summary>
    /// <exception cref="SegPipeException">65 if its field list lies outside of the file or is cut off.</exception>
    public FlatTable(FlatBuffer buffer, long offset)
    {
        _buffer = buffer;
        Offset = offset;
        _fields = offset - buffer.Int32(offset);
        if (_fields < 0 || _fields > buffer.Length - 4) throw buffer.Damaged(offset, $"a table's field list is said to be at {_fields}, outside of the file");
        _fieldBytes = buffer.UInt16(_fields);
        _tableBytes = buffer.UInt16(_fields + 2);
        if (_fieldBytes < 4 || _tableBytes < 4) throw buffer.Damaged(_fields, "a table's field list is too short");
        buffer.Slice(_fields, _fieldBytes);
        buffer.Slice(offset, _tableBytes);
    }

    /// <summary>Where the table begins.</summary>
    public long Offset { get; }

    /// <summary>The file.</summary>
    public FlatBuffer Buffer => _buffer;

    /// <summary>Whether the field is there.</summary>
    public bool Has(int field) => Find(field, 1) is not null;

    /// <summary>An unsigned byte, or an enumeration of that size.</summary>
    public byte Byte(int field, byte absent = 0) => Find(field, 1) is { } at ? _buffer.Slice(at, 1).Span[0] : absent;

    /// <summary>A truth value.</summary>
    public bool Bool(int field) => Byte(field) != 0;

    /// <summary>A 32-bit number.</summary>
    public int Int32(int field, int absent = 0) => Find(field, 4) is { } at ? _buffer.Int32(at) : absent;

    /// <summary>A 64-bit number.</summary>
    public long Int64(int field) => Find(field, 8) is { } at ? _buffer.Int64(at) : 0;

    /// <summary>A 32-bit floating-point number.</summary>
    public float Single(int field, float absent = 0) => Find(field, 4) is { } at ? BitConverter.Int32BitsToSingle(_buffer.Int32(at)) : absent;

    /// <summary>A text, empty where it is absent.</summary>
    public string Text(int field) => Find(field, 4) is { } at ? _buffer.Text(at) : "";

    /// <summary>A table, or null.</summary>
    public FlatTable? Table(int field) => Find(field, 4) is { } at ? _buffer.Table(at) : null;

    /// <summary>A list, empty where it is absent.</summary>
    public FlatVector Vector(int field, int elementBytes) => Find(field, 4) is { } at ? _buffer.Vector(at, elementBytes) : new(_buffer, 0, 0);

    /// <summary>A list of 32-bit numbers.</summary>
    public int[] Int32s(int field) => Vector(field, 4).Int32s();

    /// <summary>A list of tables.</summary>
    public IEnumerable<FlatTable> Tables(int field) => Vector(field, 4).Tables();

    private long? Find(int field, int bytes)
    {
        var entry = 4 + 2 * field;
        if (_buffer is null || entry + 2 > _fieldBytes) return null;
        var at = _buffer.UInt16(_fields + entry);
        if (at == 0) return null;
        if (at < 4 || at + bytes > _tableBytes) throw _buffer.Damaged(_fields + entry, $"field {field} lies outside of its table");
        return Offset + at;
    }
}
