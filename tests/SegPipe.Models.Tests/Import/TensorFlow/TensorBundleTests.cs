using SegPipe.Models.Import.TensorFlow;
using SegPipe.Models.Import.TensorFlow.Bundles;
using SegPipe.Testing;
using static SegPipe.Models.Tests.Import.TensorFlow.ProtoWriter;

namespace SegPipe.Models.Tests.Import.TensorFlow;

/// <summary>Checkpoints: whole ones, and what strangers make of them.</summary>
public sealed class TensorBundleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Prefix => _folder["model.ckpt-7"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Variables_are_found_by_names_that_share_their_beginning()
    {
        var bundle = TensorBundle.Open(Whole().Write(Prefix));

        Assert.Equal(["net/a/bias", "net/a/weights", "net/a/weights/Adam", "net/b", "net/bc"], bundle.Names);
        Assert.Equal([1, 2, 3, 4, 5, 6], bundle.Read("net/a/weights").Reals!);
        Assert.Equal([3, 2], bundle.Read("net/bc").Shape);
        Assert.Equal([-1, 0.5f], bundle.Read("net/a/bias").Reals!);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".index")]
    [InlineData(".data-00000-of-00001")]
    public void A_checkpoint_may_be_named_by_prefix_index_or_data(string ending)
    {
        Whole().Write(Prefix);
        Assert.Equal(Prefix, TensorBundle.PrefixOf(Prefix + ending));
        Assert.True(new CheckpointImporter().Recognises(new(Prefix + ending)));
    }

    [Fact]
    public void Another_file_called_index_is_no_checkpoint()
    {
        File.WriteAllText(Prefix + ".index", "<html>" + new string(' ', 100));
        Assert.Null(TensorBundle.PrefixOf(Prefix + ".index"));
    }

    [Fact]
    public void An_object_graph_leads_to_variables_that_have_mere_numbers()
    {
        var bundle = TensorBundle.Open(WithObjects().Write(Prefix));

        var graph = ObjectGraph.Find(bundle, "head")!;

        Assert.Equal([7, 8], graph.Read("head/kernel").Reals!);
        Assert.Equal([7, 8], ObjectGraph.Find(TensorBundle.Open(Prefix), "model")!.Read("self/self/model/up/model/head/kernel").Reals!);
        Assert.False(graph.Has("head/nowhere"));
        Assert.Null(ObjectGraph.Find(TensorBundle.Open(Prefix), "backbone", "head"));
    }

    [Fact]
    public void A_changed_value_does_not_match_its_checksum()
    {
        Whole().Write(Prefix);
        var data = File.ReadAllBytes(Prefix + ".data-00000-of-00001");
        data[5] ^= 1;
        File.WriteAllBytes(Prefix + ".data-00000-of-00001", data);
        Refused(() => TensorBundle.Open(Prefix).Read("net/a/weights"), "'net/a/weights'", "checksum");
    }

    [Fact]
    public void A_shortened_data_file_is_refused_with_the_variable()
    {
        Whole().Write(Prefix);
        File.WriteAllBytes(Prefix + ".data-00000-of-00001", new byte[30]);
        Refused(() => TensorBundle.Open(Prefix).Read("net/bc"), "'net/bc'", "24 bytes");
    }

    [Fact]
    public void Links_to_the_files_do_as_well()
    {
        Whole().Write(Prefix);
        foreach (var ending in (string[])[".index", ".data-00000-of-00001"]) File.CreateSymbolicLink(_folder["link" + ending], Prefix + ending);
        Assert.Equal([9], TensorBundle.Open(_folder["link"]).Read("net/b").Reals!);
    }

    [Fact]
    public void A_missing_data_file_is_missing_input()
    {
        Whole().Write(Prefix);
        File.Delete(Prefix + ".data-00000-of-00001");
        var error = Assert.Throws<SegPipeException>(() => TensorBundle.Open(Prefix).Read("net/b"));
        Assert.Equal(ExitCode.InputMissing, error.Code);
    }

    [Theory]
    [InlineData(-1, 24, "go beyond")]
    [InlineData(1L << 60, 24, "go beyond")]
    [InlineData(8, 24, "go beyond")]
    [InlineData(0, 1L << 40, "1099511627776 bytes")]
    [InlineData(0, -24, "-24 bytes")]
    public void Places_outside_of_the_data_file_are_refused(long offset, long size, string words)
    {
        var shape = Bytes(2, Join(Bytes(2, Number(1, 3)), Bytes(2, Number(1, 2))));
        new BundleWriter().Reals("x", [1, 2, 3, 4, 5, 6], 6).Entry("y", Number(1, 1), shape, Number(4, offset), Number(5, size)).Write(Prefix);
        Refused(() => TensorBundle.Open(Prefix).Read("y"), "'y'", words);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(1L << 40, 1L << 40)]
    [InlineData(-1, 6)]
    public void Shapes_that_do_not_fit_the_bytes_are_refused(long rows, long columns)
    {
        new BundleWriter().Reals("x", [1, 2, 3, 4, 5, 6], rows, columns).Write(Prefix);
        Refused(() => TensorBundle.Open(Prefix).Read("x"), "'x'", "24 bytes");
    }

    [Fact]
    public void Variables_that_share_bytes_cannot_be_read_without_end()
    {
        var writer = new BundleWriter().Reals("x", [1, 2], 2);
        for (var i = 0; i < 4; i++) writer.Entry($"y{i}", Number(1, 1), Bytes(2, Bytes(2, Number(1, 2))), Number(4, 0), Number(5, 8));
        var bundle = TensorBundle.Open(writer.Write(Prefix));
        bundle.Read("y0");
        Refused(() => bundle.Read("y1"), "'y1'", "left");
    }

    [Fact]
    public void Every_shortened_index_is_refused()
    {
        var whole = Whole().Index();
        for (var length = 0; length < whole.Length; length++) RefusedIndex(whole[..length]);
    }

    /// <summary>A bundle whose variable has no name but for the object graph, which has circles.</summary>
    internal static BundleWriter WithObjects() => new BundleWriter().Reals("variables/0", [7, 8], 2)
        .Objects(([("model", 1), ("self", 0)], null), ([("head", 2), ("up", 0)], null), ([("kernel", 3), ("nowhere", 99)], null), ([], "variables/0"));

    internal static BundleWriter Whole() => new BundleWriter()
        .Reals("net/a/weights", [1, 2, 3, 4, 5, 6], 3, 2).Reals("net/a/weights/Adam", [0], 1).Reals("net/a/bias", [-1, 0.5f], 2).Reals("net/b", [9], 1).Reals("net/bc", [6, 5, 4, 3, 2, 1], 3, 2);

    private void RefusedIndex(byte[] index)
    {
        Whole().Write(Prefix);
        File.WriteAllBytes(Prefix + ".index", index);
        var error = Record.Exception(() =>
        {
            var bundle = TensorBundle.Open(Prefix);
            foreach (var name in bundle.Names) bundle.Read(name);
        });
        Assert.Equal(ExitCode.InputUnusable, Assert.IsType<SegPipeException>(error).Code);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static void Refused(Func<object> read, params string[] words)
    {
        var error = Assert.Throws<SegPipeException>(read);
        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
    }
}
