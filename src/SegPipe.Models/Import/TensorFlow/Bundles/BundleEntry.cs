using SegPipe.Models.Import.TensorFlow.Graphs;

namespace SegPipe.Models.Import.TensorFlow.Bundles;

/// <summary>Where a variable lies.</summary>
/// <param name="Kind">Type of its elements.</param>
/// <param name="Shape">Lengths of its axes, or null where the file leaves them open.</param>
/// <param name="Shard">Number of the data file.</param>
/// <param name="Offset">First byte there.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Checksum">CRC-32C as it is stored; 0 for none.</param>
/// <param name="Sliced">Whether it is stored in pieces.</param>
internal sealed record BundleEntry(ElementKind Kind, long[]? Shape, long Shard, long Offset, long Size, uint Checksum, bool Sliced)
{
    /// <summary>Reads an entry of an index.</summary>
    public static BundleEntry Read(ProtoMessage message)
    {
        var entry = new BundleEntry(default, [], 0, 0, 0, 0, false);
        foreach (var field in message)
        {
            entry = field.Number switch
            {
                1 => entry with { Kind = (ElementKind)field.Integer },
                2 => entry with { Shape = TensorProtoReader.Shape(field.Message) },
                3 => entry with { Shard = field.Integer },
                4 => entry with { Offset = field.Integer },
                5 => entry with { Size = field.Integer },
                6 => entry with { Checksum = (uint)field.Bits },
                7 => entry with { Sliced = true },
                _ => entry,
            };
        }

        return entry;
    }
}
