using System.Text;

namespace SegPipe.Models.Import.Hdf5;

/// <summary>Reads attributes that hold texts, the only ones that tell something about a network.</summary>
internal static class Hdf5Attribute
{
    /// <summary>The texts of an attribute if it has the name asked for, or null.</summary>
    public static string[]? Read(Hdf5File file, Hdf5Bytes bytes, Message message, string wanted)
    {
        var cursor = bytes.At(message.Offset, message.Length);
        var version = cursor.U8();
        if (version is < 1 or > 3) throw bytes.Unsupported(message.Offset, $"attribute version {version}");
        var flags = cursor.U8();
        var (name, type, space) = (cursor.U16(), cursor.U16(), cursor.U16());
        if (version == 3) cursor.Skip(1);

        // Version 1 fills each part up to eight bytes.
        Hdf5Cursor Part(int length)
        {
            var part = bytes.At(cursor.Position, Math.Min(length, cursor.Left));
            cursor.Skip(version == 1 ? length + 7 & ~7 : length);
            return part;
        }

        var named = Part(name);
        if (!Matches(named.Bytes(named.Left), wanted)) return null;
        if (version > 1 && flags != 0) throw bytes.Unsupported(message.Offset, "an attribute with a shared type");
        var element = Hdf5Type.Read(bytes, Part(type));
        var count = Hdf5Space.Count(bytes, cursor.Position, Hdf5Space.Read(bytes, Part(space)));
        return Texts(file, bytes, cursor, element, count);
    }

    private static bool Matches(ReadOnlySpan<byte> name, string wanted) => name.TrimEnd((byte)0).SequenceEqual(Encoding.UTF8.GetBytes(wanted));

    private static string[] Texts(Hdf5File file, Hdf5Bytes bytes, Hdf5Cursor cursor, Hdf5Type element, int count)
    {
        if ((long)count * element.Size > cursor.Left) throw bytes.Fault(cursor.Position, $"an attribute of {count} elements that is cut short");
        var texts = new string[count];
        for (var i = 0; i < count; i++)
        {
            var at = cursor.Position;
            var text = element.Class switch
            {
                Hdf5Class.Text => cursor.Bytes(element.Size),
                Hdf5Class.VariableText => Variable(file, ref cursor),
                _ => throw bytes.Unsupported(at, "an attribute of numbers where texts are needed"),
            };
            bytes.Copy(at, element.Size + text.Length);
            texts[i] = Encoding.UTF8.GetString(text.TrimEnd((byte)0));
        }
        return texts;
    }

    private static ReadOnlySpan<byte> Variable(Hdf5File file, ref Hdf5Cursor cursor)
    {
        var length = cursor.U32();
        var heap = cursor.Offset();
        var index = cursor.U32();
        if (length == 0) return default;
        var whole = file.HeapObject(heap, index);
        return whole[..(int)Math.Min(length, whole.Length)];
    }
}
