using SegPipe.Outputs;
using SegPipe.Testing;

namespace SegPipe.Core.Tests.Outputs;

public sealed class OutputPathTests : IAsyncLifetime
{
    private readonly ComponentBench _bench = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bench.DisposeAsync().AsTask();

    [Fact]
    public void A_relative_path_lies_under_the_output_root()
    {
        Assert.Equal(Path.Combine(_bench.Folder, "out/a.png"), OutputPath.Resolve(_bench.Context(), "out/./b/../a.png"));
    }

    [Theory]
    [InlineData("../a.png")]
    [InlineData("/etc/a.png")]
    [InlineData("out/../../a.png")]
    [InlineData("link/a.png")]
    [InlineData("chain/a.png")]
    public void A_path_that_leads_out_is_refused(string path)
    {
        Directory.CreateSymbolicLink(Path.Combine(_bench.Folder, "link"), "/usr");
        Directory.CreateSymbolicLink(Path.Combine(_bench.Folder, "chain"), "link/lib");

        Assert.Equal(ExitCode.Configuration, Assert.Throws<SegPipeException>(() => OutputPath.Resolve(_bench.Context(), path)).Code);
    }

    [Fact]
    public void A_link_that_stays_inside_is_allowed()
    {
        Directory.CreateDirectory(Path.Combine(_bench.Folder, "real"));
        Directory.CreateSymbolicLink(Path.Combine(_bench.Folder, "link"), "real");

        Assert.Equal(Path.Combine(_bench.Folder, "link/a.png"), OutputPath.Resolve(_bench.Context(), "link/a.png"));
    }

    [Fact]
    public void A_circle_of_links_is_an_error_and_no_hang()
    {
        Directory.CreateSymbolicLink(Path.Combine(_bench.Folder, "a"), "b");
        Directory.CreateSymbolicLink(Path.Combine(_bench.Folder, "b"), "a");

        Assert.Throws<SegPipeException>(() => OutputPath.Resolve(_bench.Context(), "a/x"));
    }

    [Fact]
    public void A_file_has_its_name_when_it_is_complete_and_not_before()
    {
        var path = Path.Combine(_bench.Folder, "new/a.txt");
        using (var file = new PartialFile(path))
        {
            file.Write("text"u8);
            Assert.False(File.Exists(path));
            file.Complete();
        }

        Assert.Equal("text", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void A_file_that_was_not_completed_leaves_nothing()
    {
        var path = Path.Combine(_bench.Folder, "a.txt");
        using (var file = new PartialFile(path)) file.Write("text"u8);

        Assert.Empty(Directory.GetFiles(_bench.Folder));
    }

    [Fact]
    public void A_folder_that_is_a_file_cannot_be_written_to()
    {
        File.WriteAllText(Path.Combine(_bench.Folder, "file"), "");

        Assert.Equal(ExitCode.CannotCreate, Assert.Throws<SegPipeException>(() => new PartialFile(Path.Combine(_bench.Folder, "file/a.txt"))).Code);
    }

    [SkippableFact]
    public void A_full_disk_is_said()
    {
        Skip.IfNot(File.Exists("/dev/full"), "there is no /dev/full");
        // The partial file of this name is a link to a device that is always full.
        File.CreateSymbolicLink(Path.Combine(_bench.Folder, "a.txt.partial"), "/dev/full");
        using var file = new PartialFile(Path.Combine(_bench.Folder, "a.txt"));
        file.Write("text"u8);

        var error = Assert.Throws<SegPipeException>(file.Complete);

        Assert.Equal(ExitCode.IoError, error.Code);
        Assert.Contains("The disk is full", error.Message, StringComparison.Ordinal);
    }
}
