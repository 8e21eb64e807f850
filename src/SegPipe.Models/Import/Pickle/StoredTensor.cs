namespace SegPipe.Models.Import.Pickle;

/// <summary>A tensor as a checkpoint stores it: a view of bytes that stay where they are until its values are asked for.</summary>
internal sealed class StoredTensor
{
    private readonly ElementKind _kind;
    private readonly Func<ReadOnlyMemory<byte>> _bytes;
    private readonly long _offset;
    private readonly long[] _strides;

    private StoredTensor(ElementKind kind, Func<ReadOnlyMemory<byte>> bytes, long offset, int[] shape, long[] strides, int count) =>
        (_kind, _bytes, _offset, Shape, _strides, Count) = (kind, bytes, offset, shape, strides, count);

    /// <summary>Lengths of the axes; none for a scalar.</summary>
    public int[] Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Count { get; }

    /// <summary>Makes a view, or gives null where it would reach outside of the stored elements or hold more than these.</summary>
    /// <param name="kind">Type of the elements.</param>
    /// <param name="stored">Number of stored elements.</param>
    /// <param name="bytes">Fetches them: as many bytes as <paramref name="stored"/> elements have, or a fault.</param>
    /// <param name="offset">Place of the first element.</param>
    /// <param name="shape">Lengths of the axes.</param>
    /// <param name="strides">Elements from one place of an axis to the next.</param>
    public static StoredTensor? View(ElementKind kind, long stored, Func<ReadOnlyMemory<byte>> bytes, long offset, long[] shape, long[] strides)
    {
        const int mostAxes = 8;
        if (stored > int.MaxValue / kind.Bytes() || shape.Length != strides.Length || shape.Length > mostAxes || offset < 0 || offset > stored) return null;
        if (shape.Any(n => n is < 0 or > int.MaxValue)) return null;
        int[] axes = [.. shape.Select(n => (int)n)];
        if (shape.Contains(0)) return new(kind, () => default, 0, axes, strides, 0);

        long count = 1, last = offset;
        for (var i = 0; i < shape.Length; i++)
        {
            count *= shape[i];
            if (count > stored) return null;
            // The stride of an axis of length 1 says nothing; PyTorch writes all sorts of them.
            if (shape[i] == 1) continue;
            if (strides[i] < 0 || strides[i] > stored) return null;
            last += (shape[i] - 1) * strides[i];
        }
        return last < stored ? new(kind, bytes, offset, axes, strides, (int)count) : null;
    }

    /// <summary>Strides of elements that lie side by side: the last axis fastest, or the first one (<paramref name="fortran"/>).</summary>
    public static long[] Dense(long[] shape, bool fortran = false)
    {
        var strides = new long[shape.Length];
        var stride = 1L;
        for (var i = 0; i < shape.Length; i++)
        {
            var axis = fortran ? i : shape.Length - 1 - i;
            strides[axis] = stride;
            stride = unchecked(stride * Math.Max(1, shape[axis]));
        }
        return strides;
    }

    /// <summary>The values as float32, the last axis fastest.</summary>
    public float[] Values()
    {
        var bytes = _bytes().Span;
        var values = new float[Count];
        var size = _kind.Bytes();
        if (IsDense())
        {
            _kind.Read(bytes.Slice((int)_offset * size, Count * size), values);
            return values;
        }

        var index = new int[Shape.Length];
        var at = _offset;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _kind.Value(bytes.Slice((int)at * size, size));
            for (var axis = Shape.Length - 1; axis >= 0; axis--)
            {
                at += _strides[axis];
                if (++index[axis] < Shape[axis]) break;
                at -= Shape[axis] * _strides[axis];
                index[axis] = 0;
            }
        }
        return values;
    }

    private bool IsDense()
    {
        var stride = 1L;
        for (var axis = Shape.Length - 1; axis >= 0; axis--)
        {
            if (Shape[axis] > 1 && _strides[axis] != stride) return false;
            stride *= Shape[axis];
        }
        return true;
    }
}
