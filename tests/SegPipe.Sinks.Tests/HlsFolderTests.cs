using SegPipe.Testing;

namespace SegPipe.Sinks.Tests;

public sealed class HlsFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_empty_folder_begins_at_zero()
    {
        Assert.Equal(0, new HlsFolder(_folder["live"]).Begin(3));
        Assert.True(Directory.Exists(_folder["live"]));
    }

    [Fact]
    public void Numbers_go_on_and_only_the_newest_segments_stay_with_what_they_need()
    {
        // Two children before: one wrote 0-4, the other 5-9 and was killed at 10.
        Make("index.m3u8", "notes.txt", "12.ts", "init-00000000.mp4", "init-00000005.mp4", "00000010.m4s.tmp");
        Make([.. Enumerable.Range(0, 10).Select(n => $"{n:D8}.m4s")]);

        Assert.Equal(11, new HlsFolder(_folder.Path).Begin(4));

        Assert.Equal(["00000007.m4s", "00000008.m4s", "00000009.m4s", "12.ts", "index.m3u8", "init-00000005.mp4", "notes.txt"], Names());
    }

    [Fact]
    public void An_init_file_stays_as_long_as_any_of_its_segments()
    {
        Make("init-00000000.mp4", "init-00000003.mp4");
        Make([.. Enumerable.Range(0, 5).Select(n => $"{n:D8}.m4s")]);

        Assert.Equal(5, new HlsFolder(_folder.Path).Begin(3));

        Assert.Equal(["00000002.m4s", "00000003.m4s", "00000004.m4s", "init-00000000.mp4", "init-00000003.mp4"], Names());
    }

    [Fact]
    public void The_end_is_said_once()
    {
        var playlist = _folder["index.m3u8"];
        File.WriteAllText(playlist, "#EXTM3U\n#EXTINF:1,\n00000000.ts\n");

        new HlsFolder(_folder.Path).End();
        new HlsFolder(_folder.Path).End();

        Assert.Equal("#EXTM3U\n#EXTINF:1,\n00000000.ts\n#EXT-X-ENDLIST\n", File.ReadAllText(playlist));
        Assert.Equal(["index.m3u8"], Names());
    }

    private void Make(params string[] names)
    {
        foreach (var name in names) File.WriteAllText(_folder[name], "x");
    }

    private string[] Names() => [.. Directory.GetFiles(_folder.Path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
