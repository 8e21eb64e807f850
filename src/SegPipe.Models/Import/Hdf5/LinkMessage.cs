using System.Text;

namespace SegPipe.Models.Import.Hdf5;

/// <summary>Reads the members of a new group that stand in its header as messages.</summary>
internal static class LinkMessage
{
    // What a member takes up in memory is more than the few bytes of a short name.
    private const int LinkCost = 40;

    /// <summary>Adds the member that a link message names.</summary>
    public static void Read(Hdf5Bytes file, Message message, Dictionary<string, long> links)
    {
        var cursor = file.At(message.Offset, message.Length);
        cursor.Skip(1);
        var flags = cursor.U8();
        var kind = (flags & 8) != 0 ? cursor.U8() : 0;
        cursor.Skip(((flags & 4) != 0 ? 8 : 0) + ((flags & 16) != 0 ? 1 : 0));
        var length = cursor.Number(1 << (flags & 3));
        file.Copy(cursor.Position, length);
        file.Structure(cursor.Position, LinkCost);
        var name = Encoding.UTF8.GetString(cursor.Bytes(length));
        // Soft and external links would lead into other parts or files; nothing that Keras writes has them.
        if (kind == 0) links[name] = cursor.Offset();
    }

    /// <summary>Refuses a group whose members lie in a fractal heap.</summary>
    public static void RequireCompact(Hdf5Bytes file, Message message)
    {
        var cursor = file.At(message.Offset, message.Length);
        cursor.Skip(1);
        cursor.Skip((cursor.U8() & 1) != 0 ? 8 : 0);
        if (cursor.Offset() != Hdf5Bytes.Undefined) throw file.Unsupported(message.Offset, "a group with links in a fractal heap");
    }
}
