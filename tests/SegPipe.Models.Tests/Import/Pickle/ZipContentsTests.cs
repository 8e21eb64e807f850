using System.IO.Compression;
using SegPipe.Models.Import.Pickle;

namespace SegPipe.Models.Tests.Import.Pickle;

public sealed class ZipContentsTests
{
    [Fact]
    public void Entries_are_read_as_they_were_written()
    {
        byte[] text = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i / 7))];
        var zip = new ZipContents("a.zip", Zip(("stored", text, CompressionLevel.NoCompression), ("folder/deflated", text, CompressionLevel.Optimal), ("empty", [], CompressionLevel.Optimal)));

        Assert.Equal(["stored", "folder/deflated", "empty"], zip.Names);
        foreach (var name in (string[])["stored", "folder/deflated"]) Assert.Equal(text, zip.Read(name)!.Value.ToArray());
        Assert.Equal(0, zip.Read("empty")!.Value.Length);
        Assert.Null(zip.Read("absent"));
    }

    [Fact]
    public void Every_cut_of_a_zip_is_refused()
    {
        var file = Zip(("a", new byte[100], CompressionLevel.NoCompression), ("b", new byte[100], CompressionLevel.Optimal));

        for (var left = 0; left < file.Length; left++) Assert.Throws<SegPipeException>(() => new ZipContents("a.zip", file[..left]));
    }

    [Fact]
    public void A_flipped_bit_is_found_by_the_checksum()
    {
        var file = Zip(("weights", [1, 2, 3, 4, 5, 6, 7, 8], CompressionLevel.NoCompression));
        file[file.AsSpan().IndexOf((byte[])[1, 2, 3, 4]) + 2] ^= 16;

        var error = Assert.Throws<SegPipeException>(() => new ZipContents("a.zip", file).Read("weights"));
        Assert.Contains("the entry 'weights' is damaged: its checksum does not fit", error.Message);
    }

    [Fact]
    public void A_bomb_is_refused_before_it_unpacks()
    {
        var file = Zip(("bomb", new byte[100 << 20], CompressionLevel.SmallestSize));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<SegPipeException>(() => new ZipContents("a.zip", file).Read("bomb"));
        Assert.Contains("would unpack to 104857600 bytes", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Many_small_bombs_are_one_large_one()
    {
        var part = new byte[4 << 20];
        var zip = new ZipContents("a.zip", Zip([.. Enumerable.Range(0, 8).Select(i => ($"part {i}", part, CompressionLevel.SmallestSize))]));

        Assert.Throws<SegPipeException>(() => zip.Names.ToList().ForEach(name => zip.Read(name)));
    }

    [Fact]
    public void Two_entries_of_a_name_are_refused() =>
        Assert.Contains("two entries 'a'", Assert.Throws<SegPipeException>(() => new ZipContents("a.zip", Zip(("a", [1], CompressionLevel.NoCompression), ("a", [2], CompressionLevel.NoCompression)))).Message);

    [Fact]
    public void More_entries_than_a_checkpoint_has_are_refused() =>
        Assert.Contains("20001 entries", Assert.Throws<SegPipeException>(() => new ZipContents("a.zip", Zip([.. Enumerable.Range(0, 20001).Select(i => ($"{i}", Array.Empty<byte>(), CompressionLevel.NoCompression))]))).Message);

    private static byte[] Zip(params (string Name, byte[] Bytes, CompressionLevel Level)[] entries)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes, level) in entries)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }
        return file.ToArray();
    }
}
