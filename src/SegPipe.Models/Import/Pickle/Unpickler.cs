using System.Numerics;
using System.Text;

namespace SegPipe.Models.Import.Pickle;

/// <summary>
/// Reads a pickle of protocol 2 to 5 into values of ours. It executes nothing: a global is data, only those of
/// <see cref="PickleGlobals"/> can be named, and what calls them is a list of our own functions.
/// </summary>
internal sealed class Unpickler
{
    // The largest checkpoint of these families has about 40,000 opcodes and a third as many values.
    private const int MostOpcodes = 1_000_000;
    private const int MostValues = 300_000;
    private const int LongestName = 64 * 1024;

    private readonly PickleCursor _in;
    private readonly Func<object?[], object?>? _persistent;
    private readonly PickleStack _stack;
    private readonly List<object?> _memo = [];
    private int _values;
    private long _copied;

    private Unpickler(PickleCursor cursor, Func<object?[], object?>? persistent) =>
        (_in, _persistent, _stack) = (cursor, persistent, new PickleStack(cursor));

    /// <summary>Reads one pickle.</summary>
    /// <param name="cursor">Where it begins; afterwards, what is behind it.</param>
    /// <param name="persistent">Gives the value of a persistent id, or null where it is none; null where the file can have none.</param>
    /// <exception cref="SegPipeException">65 with the offset: damaged, of another protocol, or with a global that is not allowed.</exception>
    public static object? Read(PickleCursor cursor, Func<object?[], object?>? persistent = null) => new Unpickler(cursor, persistent).Run();

    private object? Run()
    {
        if (_in.Opcode() != PickleOpcode.Protocol || _in.Byte() is < 2 or > 5) throw _in.Fault("this is no pickle of protocol 2 to 5");
        for (var i = 0; i < MostOpcodes; i++)
        {
            var opcode = _in.Opcode();
            if (opcode == PickleOpcode.Stop) return _stack.Pop();
            if (!Number(opcode) && !Text(opcode) && !Collection(opcode) && !Stack(opcode)) Object(opcode);
        }
        throw _in.Fault($"the pickle has more than {MostOpcodes} opcodes");
    }

    private bool Number(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.None: _stack.Push(null); break;
            case PickleOpcode.NewTrue: Push(true); break;
            case PickleOpcode.NewFalse: Push(false); break;
            case PickleOpcode.BinInt: Push((long)_in.Int32()); break;
            case PickleOpcode.BinInt1: Push((long)_in.Byte()); break;
            case PickleOpcode.BinInt2: Push((long)_in.UInt16()); break;
            case PickleOpcode.BinFloat: Push(_in.BigEndianDouble()); break;
            case PickleOpcode.Long1: Push(Whole(_in.Byte())); break;
            case PickleOpcode.Long4: Push(Whole(_in.UInt32())); break;
            default: return false;
        }
        return true;
    }

    private object Whole(uint bytes)
    {
        if (bytes > 255) throw _in.Fault($"a whole number has {bytes} bytes");
        var number = new BigInteger(_in.Slice(bytes).Span);
        return number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;
    }

    private bool Text(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.ShortBinUnicode: Push(Unicode(_in.Byte())); break;
            case PickleOpcode.BinUnicode: Push(Unicode(_in.UInt32())); break;
            case PickleOpcode.BinUnicode8: Push(Unicode(_in.UInt64())); break;
            case PickleOpcode.ShortBinString: Push(Encoding.Latin1.GetString(_in.Slice(_in.Byte()).Span)); break;
            case PickleOpcode.BinString: Push(_in.Slice(_in.UInt32())); break;
            case PickleOpcode.ShortBinBytes: Push(_in.Slice(_in.Byte())); break;
            case PickleOpcode.BinBytes: Push(_in.Slice(_in.UInt32())); break;
            case PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8: Push(_in.Slice(_in.UInt64())); break;
            default: return false;
        }
        return true;
    }

    private object Unicode(ulong length)
    {
        var utf8 = _in.Slice(length);
        return length <= LongestName ? Encoding.UTF8.GetString(utf8.Span) : new PickleText(utf8);
    }

    private bool Collection(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.EmptyTuple: Push(Array.Empty<object?>()); break;
            case PickleOpcode.Tuple1: Push(_stack.Pop(1)); break;
            case PickleOpcode.Tuple2: Push(_stack.Pop(2)); break;
            case PickleOpcode.Tuple3: Push(_stack.Pop(3)); break;
            case PickleOpcode.Tuple: Push(_stack.PopToMark()); break;
            case PickleOpcode.EmptyList or PickleOpcode.EmptySet: Push(new PickleList()); break;
            case PickleOpcode.List or PickleOpcode.FrozenSet: Extend(_stack.PopToMark(), Push(new PickleList())); break;
            case PickleOpcode.Append: Extend(_stack.Pop(1), _stack.Peek()); break;
            case PickleOpcode.Appends or PickleOpcode.AddItems: Extend(_stack.PopToMark(), _stack.Peek()); break;
            case PickleOpcode.EmptyDictionary: Push(new PickleDictionary()); break;
            case PickleOpcode.Dictionary: SetItems(_stack.PopToMark(), Push(new PickleDictionary())); break;
            case PickleOpcode.SetItem: SetItems(_stack.Pop(2), _stack.Peek()); break;
            case PickleOpcode.SetItems: SetItems(_stack.PopToMark(), _stack.Peek()); break;
            default: return false;
        }
        return true;
    }

    private void Extend(object?[] items, object? target)
    {
        if (target is not PickleList list) throw _in.Fault("values are appended to what is no list");
        list.Items.AddRange(items);
    }

    private void SetItems(object?[] items, object? target)
    {
        // A class whose contents are dropped may be a dictionary of its own.
        if (target is InertObject) return;
        if (target is not PickleDictionary dictionary || items.Length % 2 != 0) throw _in.Fault("entries are set in what is no dictionary");
        Charge(items.Length);
        for (var i = 0; i < items.Length; i += 2) dictionary.Set(items[i], items[i + 1]);
    }

    private bool Stack(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Mark: _stack.Mark(); break;
            case PickleOpcode.Pop: _stack.Pop(); break;
            case PickleOpcode.PopMark: _stack.PopToMark(); break;
            case PickleOpcode.Duplicate: _stack.Push(_stack.Peek()); break;
            case PickleOpcode.BinPut: Put(_in.Byte()); break;
            case PickleOpcode.LongBinPut: Put(_in.UInt32()); break;
            case PickleOpcode.Memoize: Put((uint)_memo.Count); break;
            case PickleOpcode.BinGet: Get(_in.Byte()); break;
            case PickleOpcode.LongBinGet: Get(_in.UInt32()); break;
            case PickleOpcode.Frame: CheckFrame(_in.UInt64()); break;
            default: return false;
        }
        return true;
    }

    private void Put(uint index)
    {
        // Python numbers its memo without gaps; a small one would do no harm, a large one is meant to take memory.
        if (index > _memo.Count + 256) throw _in.Fault($"memo {index} is put where {_memo.Count} are known");
        while (_memo.Count <= index) _memo.Add(PickleStack.Unset);
        Charge(1);
        _memo[(int)index] = _stack.Peek();
    }

    private void Get(uint index)
    {
        if (index >= _memo.Count || _memo[(int)index] == PickleStack.Unset) throw _in.Fault($"memo {index} is taken and was never put");
        _stack.Push(_memo[(int)index]);
    }

    // A frame only says how much may be read ahead; its bytes are checked when they are read.
    private void CheckFrame(ulong length)
    {
        if (length > int.MaxValue) throw _in.Fault($"a frame of {length} bytes is announced");
    }

    private void Object(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Global: Push(Global(_in.Line(), _in.Line())); break;
            case PickleOpcode.StackGlobal:
                if (_stack.Pop(2) is not [string module, string name]) throw _in.Fault("a global's name is no text");
                Push(Global(module, name));
                break;
            case PickleOpcode.Reduce or PickleOpcode.NewObject: Push(Call(opcode)); break;
            case PickleOpcode.Build: Build(); break;
            case PickleOpcode.BinPersistentId: Push(Persistent(_stack.Pop())); break;
            default: throw _in.Fault($"opcode {Word(opcode)} is not read");
        }
    }

    private PickleGlobal Global(string module, string name) => PickleGlobals.Find(module, name) ??
        throw _in.Fault($"the pickle names {CheckpointFault.Quote($"{module}.{name}")}, which is not on the list of what a checkpoint may name,",
            "Nothing was executed. If you trust the file, save only its tensors (state_dict) and import that.");

    private object Call(PickleOpcode opcode)
    {
        var (target, arguments) = _stack.Pop(2) is [var called, object?[] given] ? (called, given) : throw _in.Fault("a call has no arguments");
        if (target is not PickleGlobal { Call: { } call } global) throw _in.Fault($"{Word(opcode)} calls what cannot be called");
        foreach (var argument in arguments) ChargeCopy(argument);
        return call(arguments) ?? throw _in.Fault($"{global.Name} is given arguments that do not fit it");
    }

    private void Build()
    {
        var state = _stack.Pop();
        if (_stack.Peek() is not IBuildable target) throw _in.Fault("BUILD is given a value that has no state");
        if (target.Build(state) is { } wrong) throw _in.Fault(wrong);
    }

    private object Persistent(object? id)
    {
        if (_persistent is null) throw _in.Fault("a persistent id stands in a file that has no storages");
        return _persistent(id as object?[] ?? []) ?? throw _in.Fault("a persistent id names no storage");
    }

    private object? Push(object? value)
    {
        Charge(1);
        _stack.Push(value);
        return value;
    }

    private void Charge(int values)
    {
        _values += values;
        if (_values > MostValues) throw _in.Fault($"the pickle makes more than {MostValues} values");
    }

    // What is called copies its arguments, and a memo can hand the same large one to many calls.
    private void ChargeCopy(object? argument)
    {
        Charge(PickleList.ItemsOf(argument)?.Count ?? 0);
        _copied += argument switch { PickleText text => text.Utf8.Length, string text => text.Length, _ => 0 };
        if (_copied > _in.Length) throw _in.Fault("the pickle copies its texts again and again");
    }

    private static string Word(PickleOpcode opcode) => Enum.IsDefined(opcode) ? $"{opcode}" : $"0x{(byte)opcode:x2}";
}
