using System.IO.Compression;
using SegPipe.Models.Import.Pickle;
using SegPipe.Testing.Checkpoints;

namespace SegPipe.Models.Tests.Import.Pickle;

public sealed class TorchFileTests
{
    private static readonly TestTensor Ramp = new([2, 3], [0, 1, 2, 3, 4, 5]);
    private static readonly Dictionary<string, TestTensor> Tensors = new() { ["a"] = Ramp, ["b.weight"] = new([], [7]) };

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Tensors_of_a_zip_are_read(CompressionLevel compression)
    {
        var checkpoint = TorchZip.Read("a.pth", CheckpointWriter.TorchZip(Tensors, meta => meta.Text("epoch").Number(3), compression));

        Assert.Equal(["a", "b.weight"], checkpoint.Tensors.Keys);
        Assert.Equal(Ramp.Values, checkpoint.Tensors["a"].Values());
        Assert.Equal([7], checkpoint.Tensors["b.weight"].Values());
        Assert.Equal(3L, checkpoint.Meta!.Entries["epoch"]);
    }

    [Fact]
    public void Tensors_of_the_old_format_are_read()
    {
        var file = CheckpointWriter.TorchStream(Tensors);

        Assert.True(TorchStream.Recognises(file));
        Assert.Equal(Ramp.Values, TorchStream.Read("a.pth", file).Tensors["a"].Values());
        for (var left = 0; left < file.Length; left += 3) Assert.Throws<SegPipeException>(() => All(TorchStream.Read("a.pth", file[..left])));
    }

    [Theory]
    [InlineData(new[] { 3, 2 }, new[] { 1, 3 }, 0, new float[] { 0, 3, 1, 4, 2, 5 })]
    [InlineData(new[] { 2, 2 }, new[] { 2, 1 }, 1, new float[] { 1, 2, 3, 4 })]
    [InlineData(new[] { 1, 3, 1 }, new[] { 99, 2, 99 }, 0, new float[] { 0, 2, 4 })]
    [InlineData(new[] { 5 }, new[] { 0 }, 2, new float[] { 2, 2, 2, 2, 2 })]
    public void Views_follow_their_strides(int[] shape, int[] strides, int offset, float[] expected) =>
        Assert.Equal(expected, TorchZip.Read("a.pth", OneTensor("FloatStorage", 6, shape, strides, offset)).Tensors["t"].Values());

    [Theory]
    [InlineData(6, new[] { 7 }, new[] { 1 }, 0)]
    [InlineData(6, new[] { 2, 3 }, new[] { 4, 1 }, 0)]
    [InlineData(6, new[] { 2, 3 }, new[] { 3, 1 }, 1)]
    [InlineData(6, new[] { 6 }, new[] { -1 }, 5)]
    [InlineData(6, new[] { -6 }, new[] { 1 }, 0)]
    [InlineData(6, new[] { 65536, 65536, 65536, 65536 }, new[] { 0, 0, 0, 0 }, 0)]
    [InlineData(6, new[] { 6, 2 }, new[] { 1, 0 }, 0)]
    [InlineData(long.MaxValue, new[] { 6 }, new[] { 1 }, 0)]
    [InlineData(-1, new[] { 0 }, new[] { 1 }, 0)]
    public void Views_stay_inside_their_storage(long elements, int[] shape, int[] strides, int offset) =>
        Assert.Throws<SegPipeException>(() => TorchZip.Read("a.pth", OneTensor("FloatStorage", elements, shape, strides, offset)));

    [Theory]
    [InlineData("HalfStorage", 12)]
    [InlineData("BFloat16Storage", 12)]
    [InlineData("IntStorage", 6)]
    [InlineData("DoubleStorage", 3)]
    [InlineData("ByteStorage", 24)]
    public void Element_types_have_their_sizes(string storage, int elements) =>
        Assert.Equal(elements, TorchZip.Read("a.pth", OneTensor(storage, elements, [elements], [1], 0)).Tensors["t"].Values().Length);

    [Fact]
    public void A_storage_of_another_length_is_refused_before_it_is_read() =>
        Assert.Contains("the entry 'net/data/0' has 24 bytes for 5 elements", Refused(() => All(TorchZip.Read("a.pth", OneTensor("FloatStorage", 5, [5], [1], 0)))));

    [Fact]
    public void A_missing_storage_is_named() =>
        Assert.Contains("the entry 'net/data/1' is missing", Refused(() => All(TorchZip.Read("a.pth", CheckpointWriter.Zip("net", CheckpointWriter.TorchPickle(Tensors), [Ramp.Bytes])))));

    [Fact]
    public void Big_endian_files_are_refused() =>
        Assert.Contains("big-endian", Refused(() => TorchZip.Read("a.pth", CheckpointWriter.Zip("net", CheckpointWriter.TorchPickle(Tensors), [], byteOrder: "big"))));

    [Fact]
    public void Programs_are_told_from_weights() =>
        Assert.Contains("TorchScript", Refused(() => TorchZip.Read("a.pth", CheckpointWriter.Zip("net", CheckpointWriter.TorchPickle(Tensors), [], others: ("net/constants.pkl", [])))));

    [Fact]
    public void A_file_without_tensors_says_so()
    {
        Assert.Contains("holds no tensors", Refused(() => TorchZip.Read("a.pth", CheckpointWriter.TorchZip([]))));
        Assert.Contains("no dictionary", Refused(() => TorchZip.Read("a.pth", CheckpointWriter.Zip("net", PickleWriter.Begin().Op(']').End(), []))));
    }

    private static byte[] OneTensor(string storage, long elements, int[] shape, int[] strides, int offset) =>
        CheckpointWriter.Zip("net", PickleWriter.Begin().Dictionary(w => w.Text("t").Tensor(storage, "0", elements, shape, strides, offset)).End(), [Ramp.Bytes]);

    private static void All(Checkpoint checkpoint)
    {
        foreach (var tensor in checkpoint.Tensors.Values) tensor.Values();
    }

    private static string Refused(Action read)
    {
        var error = Assert.Throws<SegPipeException>(read);
        Assert.Equal(ExitCode.InputUnusable, error.Code);
        return error.Message;
    }
}
