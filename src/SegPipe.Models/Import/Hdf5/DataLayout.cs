namespace SegPipe.Models.Import.Hdf5;

/// <summary>Finds the bytes of an array.</summary>
internal static class DataLayout
{
    /// <summary>The bytes of a whole array, in the order of its axes.</summary>
    /// <param name="file">The file.</param>
    /// <param name="message">Its layout.</param>
    /// <param name="axes">Its axes.</param>
    /// <param name="bytes">Bytes that it must have.</param>
    /// <param name="element">Bytes of an element.</param>
    /// <param name="filters">What its chunks went through when they were written, or null.</param>
    public static ReadOnlySpan<byte> Read(Hdf5Bytes file, Message message, long[] axes, long bytes, int element, FilterPipeline? filters)
    {
        var cursor = file.At(message.Offset, message.Length);
        var version = cursor.U8();
        var kind = cursor.U8();
        switch (version, kind)
        {
            case (3 or 4, 0):
                var size = cursor.U16();
                return size >= bytes ? cursor.Bytes(size)[..(int)bytes] : throw Short(file, message, bytes, size);
            case (3 or 4, 1):
                var address = cursor.Offset();
                var length = cursor.Size();
                if (bytes == 0) return default;
                return length >= bytes ? file.Slice(address, bytes) : throw Short(file, message, bytes, length);
            case (3, 2):
                return ChunkedData.Read(file, cursor, axes, bytes, element, filters);
            default:
                throw file.Unsupported(message.Offset, $"data layout version {version}, class {kind}");
        }
    }

    private static SegPipeException Short(Hdf5Bytes file, Message message, long wanted, long found) =>
        file.Fault(message.Offset, $"an array of {wanted} bytes that has {found}");
}
