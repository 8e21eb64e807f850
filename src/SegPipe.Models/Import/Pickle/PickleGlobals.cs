using System.Collections.Frozen;
using System.Text;

namespace SegPipe.Models.Import.Pickle;

/// <summary>The globals that a checkpoint may name, and what stands for each: data of ours. Nothing else can be named, and nothing is called but these.</summary>
internal static class PickleGlobals
{
    private static readonly FrozenDictionary<string, PickleGlobal> Known = All().ToFrozenDictionary(g => g.Name, StringComparer.Ordinal);

    /// <summary>An allowed global, or null.</summary>
    public static PickleGlobal? Find(string module, string name) => Known.GetValueOrDefault($"{module}.{name}");

    private static IEnumerable<PickleGlobal> All() =>
    [
        new("collections.OrderedDict", OrderedDictionary),
        new("_codecs.encode", Encode),
        .. Builtins("builtins"),
        .. Builtins("__builtin__"),
        .. Numpy("numpy.core"),
        .. Numpy("numpy._core"),
        new("numpy.ndarray", null),
        new("numpy.dtype", arguments => arguments is [string name, ..] ? NumpyType.Named(name) : null),
        .. TorchValues.Globals,
        Inert("mmengine.logging.history_buffer.HistoryBuffer"),
    ];

    private static PickleGlobal[] Builtins(string module) =>
    [
        new($"{module}.tuple", arguments => arguments is [var items] ? PickleList.ItemsOf(items)?.ToArray() : null),
        new($"{module}.list", arguments => ToList(arguments)),
        new($"{module}.set", arguments => ToList(arguments)),
        new($"{module}.frozenset", arguments => ToList(arguments)),
        new($"{module}.dict", OrderedDictionary),
        new($"{module}.bytes", arguments => arguments is [] ? ReadOnlyMemory<byte>.Empty : null),
    ];

    private static PickleGlobal[] Numpy(string module) =>
    [
        new($"{module}.multiarray._reconstruct", arguments => arguments is [PickleGlobal { Name: "numpy.ndarray" }, ..] ? new NumpyArray() : null),
        new($"{module}.multiarray.scalar", Scalar),
        new($"{module}.numeric._frombuffer", FromBuffer),
    ];

    private static PickleGlobal Inert(string name)
    {
        PickleGlobal? itself = null;
        return itself = new(name, _ => new InertObject(itself!));
    }

    private static PickleDictionary? OrderedDictionary(object?[] arguments)
    {
        var made = new PickleDictionary();
        if (arguments is []) return made;
        if (arguments is not [var pairs] || PickleList.ItemsOf(pairs) is not { } items) return null;
        foreach (var item in items)
        {
            if (PickleList.ItemsOf(item) is not [var key, var value]) return null;
            made.Set(key, value);
        }
        return made;
    }

    private static PickleList? ToList(object?[] arguments)
    {
        var made = new PickleList();
        if (arguments is []) return made;
        if (arguments is not [var items] || PickleList.ItemsOf(items) is not { } values) return null;
        made.Items.AddRange(values);
        return made;
    }

    private static object? Scalar(object?[] arguments)
    {
        if (arguments is not [NumpyType type, var data] || NumpyArray.Bytes(data) is not { } bytes) return null;
        if (type.Kind is not { } kind || bytes.Length != kind.Bytes()) return null;
        return (double)kind.Value(bytes.Span);
    }

    // Protocol 5: (buffer, element type, shape, order).
    private static NumpyArray? FromBuffer(object?[] arguments) =>
        arguments is [ReadOnlyMemory<byte> data, NumpyType type, object?[] shape, string order] ? NumpyArray.Of(type, shape, order == "F", data) : null;

    // Python 3 writes bytes in protocol 2 as a text of the characters 0 to 255.
    private static object? Encode(object?[] arguments)
    {
        if (arguments is not [var text, "latin1" or "latin-1"]) return null;
        if (text is string few) return few.All(c => c <= 255) ? (ReadOnlyMemory<byte>)Encoding.Latin1.GetBytes(few) : null;
        if (text is not PickleText { Utf8: var utf8 }) return null;
        var bytes = new byte[Latin1Length(utf8.Span)];
        return TryLatin1(utf8.Span, bytes) ? (ReadOnlyMemory<byte>)bytes : null;
    }

    private static int Latin1Length(ReadOnlySpan<byte> utf8)
    {
        var length = 0;
        foreach (var b in utf8) length += (b & 0xc0) == 0x80 ? 0 : 1;
        return length;
    }

    private static bool TryLatin1(ReadOnlySpan<byte> utf8, Span<byte> bytes)
    {
        foreach (ref var value in bytes)
        {
            if (Rune.DecodeFromUtf8(utf8, out var rune, out var used) != System.Buffers.OperationStatus.Done || rune.Value > 255) return false;
            value = (byte)rune.Value;
            utf8 = utf8[used..];
        }
        return utf8.IsEmpty;
    }
}
