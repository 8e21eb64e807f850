using System.Runtime.InteropServices;

namespace SegPipe.Models.Import.Pickle;

/// <summary>The stack of a pickle's machine.</summary>
internal sealed class PickleStack(PickleCursor cursor)
{
    /// <summary>Stands where a memo has no value.</summary>
    public static readonly object Unset = new();

    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];

    public void Push(object? value) => _values.Add(value);

    public void Mark() => _marks.Add(_values.Count);

    public object? Peek() => _values.Count > Floor ? _values[^1] : throw Empty();

    public object? Pop()
    {
        var value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    /// <summary>Takes the upper values, the lowest of them first.</summary>
    public object?[] Pop(int count)
    {
        if (_values.Count - count < Floor) throw Empty();
        return Take(_values.Count - count);
    }

    /// <summary>Takes all values above the last mark, and the mark.</summary>
    public object?[] PopToMark()
    {
        if (_marks.Count == 0) throw cursor.Fault("values are taken up to a mark and there is none");
        var floor = Floor;
        _marks.RemoveAt(_marks.Count - 1);
        return Take(floor);
    }

    // Values below a mark belong to what was begun before it.
    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    private object?[] Take(int from)
    {
        var taken = CollectionsMarshal.AsSpan(_values)[from..].ToArray();
        _values.RemoveRange(from, taken.Length);
        return taken;
    }

    private SegPipeException Empty() => cursor.Fault("a value is taken from an empty stack");
}
