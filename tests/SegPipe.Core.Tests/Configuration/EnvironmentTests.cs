using SegPipe.Configuration;
using SegPipe.Testing;
using static SegPipe.Tests.Configuration.TestComponents;

namespace SegPipe.Tests.Configuration;

public sealed class EnvironmentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EnvironmentTests()
    {
        File.WriteAllText(_folder["in.mp4"], "x");
        Directory.CreateDirectory(_folder["root"]);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("out.mp4")]
    [InlineData("a/b/../c/out.mp4")]
    [InlineData("..out.mp4")]
    public void An_output_below_the_root_is_accepted_and_leaves_nothing_behind(string path)
    {
        Assert.Empty(Check("in.mp4", path).Problems);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["root"]));
    }

    [Theory]
    [InlineData("../out.mp4")]
    [InlineData("a/../../out.mp4")]
    [InlineData("/etc/out.mp4")]
    [InlineData("../root2/out.mp4")]
    [InlineData(".")]
    public void An_output_outside_of_the_root_is_refused(string path)
    {
        Assert.Equal("SP1203", Assert.Single(Check("in.mp4", path).Problems).Code);
    }

    [Fact]
    public void Symbolic_links_do_not_lead_out()
    {
        Directory.CreateSymbolicLink(_folder["root/away"], _folder.Path);
        Directory.CreateSymbolicLink(_folder["root/loop"], "loop");
        Directory.CreateSymbolicLink(_folder["root/here"], ".");
        File.CreateSymbolicLink(_folder["root/out.mp4"], _folder["other.mp4"]);

        Assert.Equal("SP1203", Assert.Single(Check("in.mp4", "away/x.mp4").Problems).Code);
        Assert.Equal("SP1203", Assert.Single(Check("in.mp4", "loop/x.mp4").Problems).Code);
        Assert.Equal("SP1203", Assert.Single(Check("in.mp4", "out.mp4").Problems).Code);
        Assert.Empty(Check("in.mp4", "here/x.mp4").Problems);
    }

    [Fact]
    public void A_root_that_is_a_link_itself_holds_its_outputs()
    {
        Directory.CreateSymbolicLink(_folder["alias"], "root");

        Assert.Empty(Check("in.mp4", "x/out.mp4", root: "alias").Problems);
    }

    [Fact]
    public void A_file_in_the_place_of_a_folder_is_found()
    {
        File.WriteAllText(_folder["root/a"], "");

        var problem = Assert.Single(Check("in.mp4", "a/b/out.mp4").Problems);

        Assert.Equal(ExitCode.CannotCreate, problem.ExitCode);
        Assert.EndsWith("root/a is a file, not a folder", problem.Message);
    }

    [Fact]
    public void A_missing_input_is_found_with_its_near_namesake()
    {
        var problem = Assert.Single(Check("inn.mp4", "out.mp4").Problems);

        Assert.Equal(("SP1201", ExitCode.InputMissing), (problem.Code, problem.ExitCode));
        Assert.Equal("`inn.mp4` of source `f` (video_file) does not exist; did you mean `in.mp4`?", problem.Message);
    }

    [Fact]
    public void The_smallest_limit_of_the_groups_and_the_machine_counts()
    {
        Directory.CreateDirectory(_folder["cg/a/b"]);
        File.WriteAllText(_folder["own"], "0::/a/b\n");
        File.WriteAllText(_folder["mem"], "MemTotal:        2048 kB\nMemFree: 1 kB\n");

        Assert.Equal(2048L << 10, MemoryBudget.Available(_folder["cg"], _folder["own"], _folder["mem"]));
        File.WriteAllText(_folder["cg/a/b/memory.max"], "max\n");
        Assert.Equal(2048L << 10, MemoryBudget.Available(_folder["cg"], _folder["own"], _folder["mem"]));
        File.WriteAllText(_folder["cg/a/memory.max"], "1000000\n");
        Assert.Equal(1000000, MemoryBudget.Available(_folder["cg"], _folder["own"], _folder["mem"]));
    }

    [Fact]
    public void The_budget_is_what_is_written_or_a_share_of_what_there_is()
    {
        Assert.Equal(5, MemoryBudget.Of(new() { Memory = 5 }));
        Assert.Equal(0.6 * MemoryBudget.Available(), MemoryBudget.Of(new()), 1.0);
    }

    [Theory]
    [InlineData("512MiB", 512L << 20)]
    [InlineData("2 GiB", 2L << 30)]
    [InlineData("1.5GiB", 3L << 29)]
    [InlineData("4096", 4096L)]
    [InlineData("10KB", 10_000L)]
    [InlineData("0", null)]
    [InlineData("-1MiB", null)]
    [InlineData("MiB", null)]
    [InlineData("99999999999TiB", null)]
    [InlineData("1,5GiB", null)]
    public void Sizes_are_read_with_their_unit(string text, long? bytes)
    {
        Assert.Equal(bytes, ByteSize.TryParse(text, out var read) ? read : null);
    }

    private PipelineReadResult Check(string input, string output, string root = "root") => PipelineReader.Read(
        new("p.yaml", $"sources: {{ f: {{ type: video_file, path: {input} }} }}\nsinks: {{ o: {{ type: video_file, from: f, path: {output} }} }}\n"),
        Settings(ValidationLevel.Environment) with { WorkingFolder = _folder.Path, OutputRoot = root });
}
