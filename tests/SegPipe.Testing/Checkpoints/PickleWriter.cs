using System.Buffers.Binary;
using System.Text;

namespace SegPipe.Testing.Checkpoints;

/// <summary>Writes pickles opcode by opcode, sound ones and others.</summary>
public sealed class PickleWriter
{
    private readonly List<byte> _bytes = [];

    /// <summary>Begins a pickle of a protocol.</summary>
    public static PickleWriter Begin(int protocol = 2) => new PickleWriter().Raw(0x80, (byte)protocol);

    /// <summary>Ends the pickle and gives its bytes.</summary>
    public byte[] End() => [.. _bytes, (byte)'.'];

    /// <summary>The bytes so far, without an end.</summary>
    public byte[] Bytes() => [.. _bytes];

    public PickleWriter Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleWriter Op(char opcode) => Raw((byte)opcode);

    public PickleWriter Text(string text) => Op('X').Length(Encoding.UTF8.GetByteCount(text)).Raw(Encoding.UTF8.GetBytes(text));

    public PickleWriter Number(int value) => Op('J').Length(value);

    public PickleWriter Data(ReadOnlySpan<byte> data) => Op('B').Length(data.Length).Raw(data);

    public PickleWriter Global(string module, string name) => Op('c').Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleWriter Tuple(Action<PickleWriter> items) => Marked(items).Op('t');

    public PickleWriter Numbers(params IEnumerable<int> values) => Tuple(w =>
    {
        foreach (var value in values) w.Number(value);
    });

    /// <summary>Calls a global with a tuple of arguments.</summary>
    public PickleWriter Call(string module, string name, Action<PickleWriter> arguments) => Global(module, name).Tuple(arguments).Op('R');

    /// <summary>A dictionary, whose entries are written as key, value, key, value.</summary>
    public PickleWriter Dictionary(Action<PickleWriter> entries) => Op('}').Marked(entries).Op('u');

    /// <summary>An array as NumPy 1 writes it.</summary>
    public PickleWriter Array(string type, int[] shape, ReadOnlySpan<byte> data, string order = "<", bool fortran = false)
    {
        Call("numpy.core.multiarray", "_reconstruct", w => w.Global("numpy", "ndarray").Numbers(0).Data("b"u8));
        Op('(').Number(1).Numbers(shape);
        Call("numpy", "dtype", w => w.Text(type).Raw(0x89, 0x88));
        Tuple(w => w.Number(3).Text(order).Raw("NNN"u8).Number(-1).Number(-1).Number(0)).Op('b');
        return Raw(fortran ? (byte)0x88 : (byte)0x89).Data(data).Op('t').Op('b');
    }

    /// <summary>A tensor as PyTorch writes it: a view of a storage.</summary>
    public PickleWriter Tensor(string storage, string key, long elements, int[] shape, int[] strides, int offset = 0, bool stream = false) =>
        Call("torch._utils", "_rebuild_tensor_v2", w =>
        {
            w.Tuple(id =>
            {
                id.Text("storage").Global("torch", storage).Text(key).Text("cpu").Long(elements);
                if (stream) id.Op('N');
            }).Op('Q');
            w.Number(offset).Numbers(shape).Numbers(strides).Raw(0x89).Call("collections", "OrderedDict", _ => { });
        });

    public PickleWriter Long(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    private PickleWriter Marked(Action<PickleWriter> items)
    {
        Op('(');
        items(this);
        return this;
    }

    private PickleWriter Length(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }
}
