using SegPipe.Host.Batch;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Batch;

public sealed class BatchInputsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BatchInputsTests()
    {
        foreach (var name in (string[])["b.MP4", "a.mkv", "notes.txt", ".hidden.mp4", "2026-01/front/x.mp4", "2026-01/rear/x.mp4", ".trash/y.mp4", "out/z.mp4"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            File.WriteAllText(_folder[name], "");
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "", "a.mkv", "b.MP4", "2026-01/front/x.mp4", "2026-01/rear/x.mp4")]
    [InlineData("*.mp4", "", "b.MP4", "2026-01/front/x.mp4", "2026-01/rear/x.mp4")]
    [InlineData("2026-*/front/*", "", "2026-01/front/x.mp4")]
    [InlineData("", "rear/", "a.mkv", "b.MP4", "2026-01/front/x.mp4", "2026-01/rear/x.mp4")]
    [InlineData("", "**/rear/*", "a.mkv", "b.MP4", "2026-01/front/x.mp4")]
    [InlineData("*", "*.mkv", "b.MP4", "notes.txt", "2026-01/front/x.mp4", "2026-01/rear/x.mp4")]
    public void Folders_are_searched_by_pattern_but_not_what_is_hidden_nor_the_outputs(string include, string exclude, params string[] expected) =>
        Assert.Equal(expected.Select(name => _folder[name]), Find(include, exclude, _folder.Path));

    [Fact]
    public void File_that_is_named_is_taken_whatever_it_is_called_and_only_once() =>
        Assert.Equal([_folder["notes.txt"], _folder["missing.mp4"]], Find("", "*.txt", _folder["notes.txt"], _folder["missing.mp4"], _folder["2026-01/../notes.txt"]));

    [Fact]
    public void Links_to_folders_are_not_followed()
    {
        Directory.CreateSymbolicLink(_folder["2026-01/up"], _folder.Path);

        Assert.Equal(4, Find("", "", _folder.Path).Count);
    }

    private IReadOnlyList<string> Find(string include, string exclude, params string[] named) =>
        new BatchInputs(include.Length > 0 ? [include] : [], exclude.Length > 0 ? [exclude] : [], _folder["out"]).Find(named);
}
