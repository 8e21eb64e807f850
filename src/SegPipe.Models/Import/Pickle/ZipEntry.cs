namespace SegPipe.Models.Import.Pickle;

/// <summary>What a zip's directory says of an entry.</summary>
/// <param name="Name">Full name with its folders.</param>
/// <param name="Method">0 stored, 8 deflated.</param>
/// <param name="Crc">CRC-32 of the contents; 0 where it was not worked out.</param>
/// <param name="Packed">Bytes in the file.</param>
/// <param name="Size">Bytes of the contents.</param>
/// <param name="Header">Offset of the entry's own header.</param>
internal sealed record ZipEntry(string Name, int Method, uint Crc, long Packed, long Size, long Header);
