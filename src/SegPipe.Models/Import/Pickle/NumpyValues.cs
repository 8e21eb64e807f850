using System.Text;

namespace SegPipe.Models.Import.Pickle;

/// <summary>An element type of NumPy; null as kind for one whose values are not read (objects, texts, records, complex numbers).</summary>
internal sealed class NumpyType(ElementKind? kind) : IBuildable
{
    public ElementKind? Kind { get; private set; } = kind;

    /// <summary>Reads a type's name as <c>f4</c> or <c>&lt;f4</c>.</summary>
    public static NumpyType Named(string name)
    {
        if (name.StartsWith('>')) return new(null);
        return new(name.TrimStart('<', '=', '|') switch
        {
            "f4" or "float32" => ElementKind.Float32,
            "f8" or "float64" => ElementKind.Float64,
            "f2" or "float16" => ElementKind.Float16,
            // NumPy has no bfloat16: Paddle stores such parameters as the 16 bits that they are made of.
            "u2" or "uint16" => ElementKind.BFloat16,
            "i8" or "int64" => ElementKind.Int64,
            "i4" or "int32" => ElementKind.Int32,
            "i2" or "int16" => ElementKind.Int16,
            "i1" or "int8" => ElementKind.Int8,
            "u1" or "uint8" => ElementKind.UInt8,
            "b1" or "bool" => ElementKind.Bool,
            _ => null,
        });
    }

    // The state is (version, byte order, sub-array, names, fields, size, alignment, flags).
    string? IBuildable.Build(object? state)
    {
        if (state is not object?[] { Length: >= 8 } fields || fields[1] is not string order) return "a state that no element type of NumPy has";
        if (order == ">" || fields[2] is not null || fields[3] is not null || fields[4] is not null) Kind = null;
        return null;
    }
}

/// <summary>An array of NumPy, empty until its state is given.</summary>
internal sealed class NumpyArray : IBuildable
{
    /// <summary>The array as a tensor; null where it has none, or elements that are not read.</summary>
    public StoredTensor? Tensor { get; private set; }

    /// <summary>Makes an array of its parts; null where they do not fit each other.</summary>
    public static NumpyArray? Of(NumpyType type, object?[] shape, bool fortran, ReadOnlyMemory<byte> data)
    {
        var array = new NumpyArray();
        return array.Fill(type, shape, fortran, data) is null ? array : null;
    }

    // The state is (version, shape, element type, Fortran order, bytes), or a list instead of bytes for objects.
    string? IBuildable.Build(object? state) => state switch
    {
        object?[] { Length: 5 } s when s[1] is object?[] shape && s[2] is NumpyType type && s[3] is bool fortran =>
            s[4] is PickleList ? null : Bytes(s[4]) is { } data ? Fill(type, shape, fortran, data) : "an array without bytes",
        _ => "a state that no array of NumPy has",
    };

    /// <summary>Bytes, also the few that Python 2 wrote as a text.</summary>
    public static ReadOnlyMemory<byte>? Bytes(object? value) => value switch
    {
        ReadOnlyMemory<byte> bytes => bytes,
        string { Length: <= 255 } text when text.All(c => c <= 255) => Encoding.Latin1.GetBytes(text),
        _ => null,
    };

    private string? Fill(NumpyType type, object?[] shape, bool fortran, ReadOnlyMemory<byte> data)
    {
        if (type.Kind is not { } kind) return null;
        if (!PickleList.TryIntegers(shape, out var axes)) return "a shape that is none";
        var stored = data.Length / kind.Bytes();
        Tensor = StoredTensor.View(kind, stored, () => data, 0, axes, StoredTensor.Dense(axes, fortran));
        return Tensor is null || (long)Tensor.Count * kind.Bytes() != data.Length ? $"{data.Length} bytes for an array of another size" : null;
    }
}
