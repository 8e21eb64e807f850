using SegPipe.Models.Import.Hdf5;
using SegPipe.Testing;
using Xunit.Abstractions;

namespace SegPipe.Models.Tests.Import.Hdf5;

public sealed class Hdf5FileTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("f2")]
    [InlineData("f4")]
    [InlineData("f8")]
    [InlineData("i1")]
    [InlineData("i2")]
    [InlineData("i4")]
    [InlineData("i8")]
    [InlineData("u1")]
    [InlineData("u2")]
    [InlineData("u4")]
    [InlineData("u8")]
    public void Numbers_of_every_kind_are_read(string kind)
    {
        var (shape, values) = Old().Find($"arrays/{kind}")!.Floats();

        Assert.Equal([2, 3], shape);
        Assert.Equal([0, 1, 2, 3, 5, 100], values);
    }

    [Fact]
    public void An_array_may_have_no_axes_or_no_elements()
    {
        var (shape, values) = Old().Find("arrays/scalar")!.Floats();

        Assert.Empty(shape);
        Assert.Equal([2.5f], values);
        Assert.Equal([0, 3], Old().Find("arrays/empty")!.Floats().Shape);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("packed")]
    public void Chunks_are_put_together_through_their_filters(string name)
    {
        var (shape, values) = Old().Find($"chunked/{name}")!.Floats();

        Assert.Equal([7, 11, 3], shape);
        Assert.Equal(Enumerable.Range(0, 231).Select(i => (float)i), values);
    }

    [Fact]
    public void Chunks_of_one_axis_end_where_the_array_ends() =>
        Assert.Equal(Enumerable.Range(0, 231).Select(i => (float)i), Old().Find("chunked/line")!.Floats().Values);

    [Fact]
    public void Chunks_that_were_never_written_are_zeros() =>
        Assert.Equal(Enumerable.Range(0, 64).Select(i => i / 8 < 4 && i % 8 >= 4 ? 1f : 0f), Old().Find("chunked/sparse")!.Floats().Values);

    [Fact]
    public void Texts_of_attributes_may_have_fixed_and_variable_length()
    {
        var root = Old();

        Assert.Equal(["Grüße"], root.Texts("variable")!);
        Assert.Equal([""], root.Texts("empty")!);
        Assert.Equal(["one", "three"], root.Texts("fixed")!);
        Assert.Equal(["a", "bb", "ccc"], root.Texts("several")!);
        Assert.Equal(["text 19"], root.Texts("more_19")!);
        Assert.Null(root.Texts("none"));
    }

    [Fact]
    public void A_group_with_a_tree_of_several_levels_has_all_its_members()
    {
        var many = Old().Find("many")!;

        Assert.Equal(401, many.Members.Count);
        Assert.Equal([1f], many.Find("link_399")!.Floats().Values);
        Assert.Null(many.Find("link_400"));
        Assert.Null(Old().Find("many/first/below"));
    }

    [Fact]
    public void Files_of_the_newest_version_are_read()
    {
        var root = Open("new.h5");

        Assert.Equal(["new"], root.Texts("variable")!);
        Assert.Equal([2, 3], root.Find("a/b")!.Floats().Shape);
        Assert.Equal([-1f, -0.125f, 0.75f, -0.5f, 0.375f, -0.875f], root.Find("a/b")!.Floats().Values);
    }

    [Theory]
    [InlineData("old.h5", "arrays/big_endian", "big-endian")]
    [InlineData("old.h5", "arrays/text", "texts")]
    [InlineData("old.h5", "chunked/lzf", "filter 32000")]
    [InlineData("new.h5", "a/chunked", "data layout version 4, class 2")]
    [InlineData("new.h5", "dense/g1", "links in a fractal heap")]
    public void What_is_not_supported_is_named_with_its_offset(string file, string path, string cause)
    {
        var error = Assert.Throws<SegPipeException>(() => Open(file).Find(path)!.Floats());

        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
        Assert.Matches(@"at offset \d+\.$", error.Message);
    }

    [Fact]
    public void Attributes_in_a_fractal_heap_are_not_supported()
    {
        var error = Assert.Throws<SegPipeException>(() => Open("new.h5").Find("a")!.Texts("x1"));

        Assert.Contains("attributes in a fractal heap", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_is_refused_or_read_without_what_is_gone()
    {
        var good = File.ReadAllBytes(Hdf5Files.Path("old.h5"));
        for (var length = 0; length < good.Length; length += 997) Hdf5Files.ReadAll(good[..length]);
    }

    [Fact]
    public void A_tree_that_leads_back_to_its_own_root_is_refused()
    {
        var bytes = File.ReadAllBytes(Hdf5Files.Path("tiny.h5"));
        const int rootTree = 0x50;
        var tree = BitConverter.ToInt32(bytes, rootTree);
        const int level = 5, firstChild = 32;
        bytes[tree + level] = 1;
        BitConverter.TryWriteBytes(bytes.AsSpan(tree + firstChild), (long)tree);

        var error = Assert.Throws<SegPipeException>(() => new Hdf5File("loop.h5", bytes).Root.Members);

        Assert.Equal($"loop.h5 is not a readable HDF5 file: a B-tree node of the wrong level at offset {tree}.", error.Message);
    }

    [Fact]
    public void Damaged_files_are_refused_in_bounded_memory()
    {
        var tally = ReaderFuzz.Run([File.ReadAllBytes(Hdf5Files.Path("old.h5")), File.ReadAllBytes(Hdf5Files.Path("new.h5"))], Hdf5Files.ReadWhole);

        output.WriteLine($"HDF5 {tally}");
        Assert.InRange(tally.Refused, 1, tally.Cases - 1);
    }

    private static Hdf5Object Old() => Open("old.h5");

    private static Hdf5Object Open(string name) => new Hdf5File(name, File.ReadAllBytes(Hdf5Files.Path(name))).Root;
}
