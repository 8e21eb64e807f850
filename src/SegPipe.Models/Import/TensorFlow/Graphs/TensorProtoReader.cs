using System.Buffers.Binary;

namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>Reads TensorProto and TensorShapeProto.</summary>
internal static class TensorProtoReader
{
    // Constants that repeat their last value say little and stand for much; real networks only do so for a few biases.
    private const int MaxRepeated = 1 << 16;

    /// <summary>A shape with −1 for axes of any length, or null where the rank is open.</summary>
    public static long[]? Shape(ProtoMessage message)
    {
        var axes = new List<long>();
        foreach (var field in message)
        {
            if (field is { Number: 3, Bits: not 0 }) return null;
            if (field.Number != 2) continue;
            if (axes.Count == 8) throw message.Wrong("a shape has more than eight axes");
            long length = 0;
            foreach (var part in field.Message)
                if (part.Number == 1)
                    length = part.Integer;
            axes.Add(length);
        }

        return [.. axes];
    }

    /// <summary>The values of a constant.</summary>
    public static TensorValues Read(ProtoMessage message)
    {
        var kind = default(ElementKind);
        long[] shape = [];
        ProtoMessage? content = null;
        foreach (var field in message)
        {
            if (field.Number == 1) kind = (ElementKind)field.Bits;
            if (field.Number == 2) shape = Shape(field.Message) ?? throw message.Wrong("a constant has no shape");
            if (field.Number == 4) content = field.Message;
        }

        var count = TensorValues.CountOf(shape);
        if (count < 0) throw message.Wrong($"a constant of the shape [{string.Join(", ", shape)}] is impossible");
        if (kind.Bytes() == 0) throw message.Wrong($"a constant of the element type {(int)kind} is not supported");
        if (content is not { Bytes.Length: > 0 } bytes) return Repeated(message, kind, shape, (int)count);
        return bytes.Bytes.Length == count * kind.Bytes()
            ? TensorValues.FromBytes(kind, shape, bytes.Bytes.Span)
            : throw message.Wrong($"a constant of the shape [{string.Join(", ", shape)}] has {bytes.Bytes.Length} bytes");
    }

    private static TensorValues Repeated(ProtoMessage message, ElementKind kind, long[] shape, int count)
    {
        var listed = kind.IsReal() ? Reals(message, kind) : TensorValues.Of([.. Integers(message, kind)]);
        if (listed.Count > count || (listed.Count < count && count > MaxRepeated)) throw message.Wrong($"a constant of {count} elements lists {listed.Count} values");
        if (listed.Reals is { } reals)
        {
            var values = new float[count];
            reals.CopyTo(values, 0);
            if (reals.Length > 0) values.AsSpan(reals.Length).Fill(reals[^1]);
            return TensorValues.Of(values, shape);
        }

        var integers = new long[count];
        listed.Integers!.CopyTo(integers, 0);
        if (listed.Count > 0) integers.AsSpan(listed.Count).Fill(listed.Integers[^1]);
        return TensorValues.Of(integers, shape);
    }

    private static List<long> Integers(ProtoMessage message, ElementKind kind)
    {
        var number = kind switch { ElementKind.Int64 => 10, ElementKind.Bool => 11, _ => 7 };
        var values = new List<long>();
        foreach (var field in message)
            if (field.Number == number)
                field.AddTo(values);
        return values;
    }

    private static TensorValues Reals(ProtoMessage message, ElementKind kind)
    {
        if (kind is ElementKind.Half or ElementKind.BFloat16)
        {
            var bits = new List<long>();
            foreach (var field in message)
                if (field.Number == 13)
                    field.AddTo(bits);
            var bytes = new byte[bits.Count * 2];
            for (var i = 0; i < bits.Count; i++) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * 2), (ushort)bits[i]);
            return TensorValues.FromBytes(kind, [bits.Count], bytes);
        }

        var number = kind == ElementKind.Double ? 6 : 5;
        var values = new List<float>();
        foreach (var field in message)
        {
            if (field.Number != number) continue;
            if (field.Body is { } packed) values.AddRange(TensorValues.FromBytes(kind, [], packed.Bytes.Span[..(packed.Bytes.Length / kind.Bytes() * kind.Bytes())]).Reals!);
            else values.Add(kind == ElementKind.Double ? (float)BitConverter.UInt64BitsToDouble(field.Bits) : field.Single);
        }

        return TensorValues.Of([.. values]);
    }
}
