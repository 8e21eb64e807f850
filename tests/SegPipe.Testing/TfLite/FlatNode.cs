using System.Runtime.InteropServices;
using System.Text;

namespace SegPipe.Testing.TfLite;

/// <summary>A table of a FlatBuffer to be written: fields by number, each a number, a text, a list or a table. A table that a list names twice is written once.</summary>
public sealed class FlatNode
{
    private readonly SortedDictionary<int, object> _fields = [];

    /// <summary>Sets a field; null leaves it out.</summary>
    public FlatNode With(int field, object? value)
    {
        if (value is not null) _fields[field] = value;
        return this;
    }

    /// <summary>Writes this table as the root of a file.</summary>
    public byte[] Write(string identifier)
    {
        var file = new List<byte>();
        file.AddRange(new byte[4]);
        file.AddRange(Encoding.ASCII.GetBytes(identifier));
        Patch(file, 0, Place(file));
        return [.. file];
    }

    private int Place(List<byte> file)
    {
        Align(file);
        // The field list stands before its table; what fields point to is written behind.
        var numbers = _fields.Count == 0 ? 0 : _fields.Keys.Max() + 1;
        var list = file.Count;
        var entries = new ushort[numbers];
        var body = new List<byte>(new byte[4]);
        foreach (var (field, value) in _fields)
        {
            var bytes = Scalar(value);
            while (body.Count % (bytes?.Length ?? 4) != 0) body.Add(0);
            entries[field] = (ushort)body.Count;
            body.AddRange(bytes ?? new byte[4]);
        }
        file.AddRange(BitConverter.GetBytes((ushort)(4 + 2 * numbers)));
        file.AddRange(BitConverter.GetBytes((ushort)body.Count));
        file.AddRange(MemoryMarshal.AsBytes<ushort>(entries));
        Align(file);
        var table = file.Count;
        file.AddRange(body);
        Put(file, table, table - list);
        foreach (var (field, value) in _fields)
            if (Scalar(value) is null) Patch(file, table + entries[field], PlaceValue(file, value));
        return table;
    }

    private static int PlaceValue(List<byte> file, object value)
    {
        if (value is FlatNode table) return table.Place(file);
        if (value is FlatNode[] tables)
        {
            var start = PlaceList(file, new byte[4 * tables.Length], tables.Length);
            var places = new Dictionary<FlatNode, int>();
            for (var i = 0; i < tables.Length; i++)
            {
                if (!places.TryGetValue(tables[i], out var place)) places[tables[i]] = place = tables[i].Place(file);
                Patch(file, start + 4 + 4 * i, place);
            }

            return start;
        }
        return value switch
        {
            string text => PlaceList(file, Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetByteCount(text)),
            byte[] bytes => PlaceList(file, bytes, bytes.Length),
            int[] numbers => PlaceList(file, MemoryMarshal.AsBytes<int>(numbers).ToArray(), numbers.Length),
            float[] numbers => PlaceList(file, MemoryMarshal.AsBytes<float>(numbers).ToArray(), numbers.Length),
            long[] numbers => PlaceList(file, MemoryMarshal.AsBytes<long>(numbers).ToArray(), numbers.Length),
            _ => throw new NotSupportedException($"{value.GetType()}"),
        };
    }

    private static int PlaceList(List<byte> file, byte[] bytes, int count)
    {
        Align(file);
        var start = file.Count;
        file.AddRange(BitConverter.GetBytes(count));
        file.AddRange(bytes);
        return start;
    }

    private static byte[]? Scalar(object value) => value switch
    {
        bool b => [(byte)(b ? 1 : 0)],
        byte b => [b],
        int i => BitConverter.GetBytes(i),
        long i => BitConverter.GetBytes(i),
        float f => BitConverter.GetBytes(f),
        _ => null,
    };

    private static void Align(List<byte> file)
    {
        while (file.Count % 4 != 0) file.Add(0);
    }

    private static void Patch(List<byte> file, int at, int target) => Put(file, at, target - at);

    private static void Put(List<byte> file, int at, int value)
    {
        var bytes = BitConverter.GetBytes(value);
        for (var i = 0; i < 4; i++) file[at + i] = bytes[i];
    }
}
