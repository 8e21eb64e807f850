using System.Buffers.Binary;
using System.Text;

namespace SegPipe.Models.Import.TensorFlow;

/// <summary>
/// A protobuf message that is read field by field from the bytes that hold it: nothing is copied, so a file cannot make it allocate
/// more than the reader keeps, and every error knows its offset.
/// </summary>
/// <param name="File">What the bytes come from, for messages.</param>
/// <param name="Bytes">The message.</param>
/// <param name="Offset">Where it begins in the file.</param>
internal readonly record struct ProtoMessage(string File, ReadOnlyMemory<byte> Bytes, long Offset)
{
    /// <summary>Reads the fields one after the other.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>The bytes as text.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>The whole numbers of a packed field.</summary>
    public void AddPacked(List<long> values)
    {
        for (var at = 0; at < Bytes.Length;) values.Add((long)Varint(ref at));
    }

    /// <summary>An error at a place in this message.</summary>
    public SegPipeException Wrong(string what, int at = 0) => Damage.At(File, Offset + at, what);

    /// <summary>A number of variable length at a place, and the place behind it.</summary>
    public (ulong Value, int Next) Varint(int at) => (Varint(ref at), at);

    private ulong Varint(ref int at)
    {
        var span = Bytes.Span;
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= span.Length) throw Wrong("a number is cut off", at);
            var part = span[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }

        throw Wrong("a number has more than ten bytes", at);
    }

    /// <summary>Steps through the fields of a message.</summary>
    internal struct Enumerator(ProtoMessage message)
    {
        private int _at;

        /// <summary>The field that was read last.</summary>
        public ProtoField Current { get; private set; }

        /// <summary>Reads a field, if there is one more.</summary>
        public bool MoveNext()
        {
            var span = message.Bytes.Span;
            if (_at >= span.Length) return false;
            var start = _at;
            var tag = message.Varint(ref _at);
            if (tag >> 3 is 0 or > int.MaxValue) throw message.Wrong("a field has no valid number", start);
            Current = (tag & 7) switch
            {
                0 => new((int)(tag >> 3), message.Varint(ref _at), null),
                1 => new((int)(tag >> 3), BinaryPrimitives.ReadUInt64LittleEndian(Take(8).Span), null),
                2 => Nested((int)(tag >> 3)),
                5 => new((int)(tag >> 3), BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span), null),
                _ => throw message.Wrong($"a field has the wire type {tag & 7}", start),
            };
            return true;
        }

        private ProtoField Nested(int number)
        {
            var at = _at;
            var length = message.Varint(ref _at);
            if (length > (ulong)(message.Bytes.Length - _at)) throw message.Wrong($"a field of {length} bytes goes beyond its message", at);
            var start = _at;
            return new(number, 0, message with { Bytes = Take((int)length), Offset = message.Offset + start });
        }

        private ReadOnlyMemory<byte> Take(int length)
        {
            if (length > message.Bytes.Length - _at) throw message.Wrong("a field is cut off", _at);
            _at += length;
            return message.Bytes.Slice(_at - length, length);
        }
    }
}

/// <summary>A field of a protobuf message.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Bits">Value of a field of fixed or variable length.</param>
/// <param name="Body">Content of a field with a length: message, text, bytes or packed numbers.</param>
internal readonly record struct ProtoField(int Number, ulong Bits, ProtoMessage? Body)
{
    /// <summary>The value as a whole number.</summary>
    public long Integer => (long)Bits;

    /// <summary>The value as a number of 32 bits.</summary>
    public float Single => BitConverter.UInt32BitsToSingle((uint)Bits);

    /// <summary>The content; empty for a field without.</summary>
    public ProtoMessage Message => Body ?? default;

    /// <summary>Adds the value, or all values where they are packed.</summary>
    public void AddTo(List<long> values)
    {
        if (Body is { } packed) packed.AddPacked(values);
        else values.Add(Integer);
    }
}
