namespace SegPipe.Models.Import.Hdf5;

/// <summary>Kinds of messages in an object's header, by HDF5's numbers.</summary>
internal enum MessageKind
{
    Dataspace = 0x01,
    LinkInfo = 0x02,
    Datatype = 0x03,
    Link = 0x06,
    DataLayout = 0x08,
    FilterPipeline = 0x0b,
    Attribute = 0x0c,
    Continuation = 0x10,
    SymbolTable = 0x11,
    AttributeInfo = 0x15,
}

/// <summary>A message: what it says of its object lies at an offset of the file.</summary>
internal readonly record struct Message(MessageKind Kind, long Offset, int Length, bool Shared);

/// <summary>Reads the messages of an object's header, versions 1 and 2, with their continuations.</summary>
internal static class ObjectHeader
{
    private const int MessageHead = 8;

    private static ReadOnlySpan<byte> Version2 => "OHDR"u8;

    /// <summary>All messages of the object whose header lies at an address.</summary>
    public static List<Message> Read(Hdf5Bytes file, long address)
    {
        file.Structure(address, MessageHead);
        var messages = new List<Message>();
        var blocks = new Queue<(long Offset, long Length)>();
        var header = file.At(address);
        if (file.Slice(address, Math.Min(4, header.Left)).SequenceEqual(Version2)) ReadVersion2(file, header, messages, blocks);
        else ReadVersion1(file, header, messages, blocks);
        return messages;
    }

    private static void ReadVersion1(Hdf5Bytes file, Hdf5Cursor header, List<Message> messages, Queue<(long, long)> blocks)
    {
        var at = header.Position;
        if (header.U8() != 1) throw file.Fault(at, "no object header");
        header.Skip(1 + 2 + 4);
        var length = header.U32();
        header.Skip(4);
        blocks.Enqueue((header.Position, length));
        while (blocks.TryDequeue(out var block))
        {
            var cursor = file.At(block.Item1, block.Item2);
            while (cursor.Left >= 8)
            {
                var kind = (MessageKind)cursor.U16();
                var size = cursor.U16();
                var flags = cursor.U8();
                cursor.Skip(3);
                Take(file, new(kind, cursor.Position, size, (flags & 2) != 0), messages, blocks);
                cursor.Skip(size);
            }
        }
    }

    private static void ReadVersion2(Hdf5Bytes file, Hdf5Cursor header, List<Message> messages, Queue<(long, long)> blocks)
    {
        const int signature = 4, checksum = 4;
        header.Skip(signature);
        var at = header.Position;
        if (header.U8() != 2) throw file.Fault(at, "an object header of an unknown version");
        var flags = header.U8();
        header.Skip(((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0));
        var length = header.Number(1 << (flags & 3));
        var order = (flags & 4) != 0 ? 2 : 0;
        ReadBlock(file, file.At(header.Position, length), order, messages, blocks);
        while (blocks.TryDequeue(out var block))
        {
            var cursor = file.At(block.Item1, block.Item2);
            cursor.Expect("OCHK"u8, "continuation of an object header");
            ReadBlock(file, file.At(cursor.Position, cursor.Left - checksum), order, messages, blocks);
        }
    }

    private static void ReadBlock(Hdf5Bytes file, Hdf5Cursor cursor, int order, List<Message> messages, Queue<(long, long)> blocks)
    {
        while (cursor.Left >= 4 + order)
        {
            var kind = (MessageKind)cursor.U8();
            var size = cursor.U16();
            var flags = cursor.U8();
            cursor.Skip(order);
            Take(file, new(kind, cursor.Position, size, (flags & 2) != 0), messages, blocks);
            cursor.Skip(size);
        }
    }

    private static void Take(Hdf5Bytes file, Message message, List<Message> messages, Queue<(long, long)> blocks)
    {
        file.Structure(message.Offset, MessageHead + message.Length);
        if (message.Kind != MessageKind.Continuation)
        {
            if (Enum.IsDefined(message.Kind)) messages.Add(message);
            return;
        }

        var cursor = file.At(message.Offset, message.Length);
        blocks.Enqueue((cursor.Offset(), cursor.Size()));
    }
}
