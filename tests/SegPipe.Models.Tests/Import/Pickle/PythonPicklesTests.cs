using SegPipe.Models.Import.Pickle;
using SegPipe.Testing;

namespace SegPipe.Models.Tests.Import.Pickle;

public sealed class PythonPicklesTests
{
    private const string Python = "/usr/bin/python3";

    private const string Script = """
        import pickle, sys
        from collections import OrderedDict
        import numpy as np
        ramp = np.arange(-3, 21, dtype=np.float32).reshape(2, 3, 4)
        data = OrderedDict([
            ("ramp", ramp), ("empty", np.zeros((0, 3), np.float32)), ("one", np.array(7.5, np.float32)), ("fortran", np.asfortranarray(ramp[0])),
            ("half", ramp.astype(np.float16)), ("double", ramp.astype(np.float64)), ("whole", ramp.astype(np.int64)), ("sliced", ramp[:, ::2, 1:]),
            ("large", np.full(70000, 0.1, np.float32)), ("big", ramp.astype(">f4")), ("texts", np.array(["a", "b"])), ("objects", np.array([None, 3], object)),
            ("bfloat16", (np.array([1, -2.5], np.float32).view(np.uint32) >> 16).astype(np.uint16)),
            ("StructuredToParameterName@@", {"a": "b"}), ("set", {1, 2}), ("frozen", frozenset({3})), ("bytes", b""), ("scalar", np.float64(2.5)), (3, "three"),
            ("numbers", [0, -1, 255, 65536, 2**40, -2**40, 2**200, 1.5, True, False, None]), ("tensor", ("name", ramp)),
        ])
        sys.stdout.buffer.write(pickle.dumps(data, protocol=int(sys.argv[1])))
        """;

    [SkippableTheory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Arrays_of_every_protocol_are_read(int protocol)
    {
        var checkpoint = Checkpoint.Of("a.pdparams", 0, Unpickler.Read(new PickleCursor("a.pdparams", Written(protocol), 0)));
        float[] ramp = [.. Enumerable.Range(-3, 24).Select(i => (float)i)];

        Assert.Equal(["ramp", "empty", "one", "fortran", "half", "double", "whole", "sliced", "large", "bfloat16", "tensor"], checkpoint.Tensors.Keys);
        foreach (var name in (string[])["ramp", "half", "double", "whole", "tensor"])
        {
            Assert.Equal([2, 3, 4], checkpoint.Tensors[name].Shape);
            Assert.Equal(ramp, checkpoint.Tensors[name].Values());
        }
        Assert.Equal(ramp[..12], checkpoint.Tensors["fortran"].Values());
        Assert.Equal([-2, -1, 0, 6, 7, 8, 10, 11, 12, 18, 19, 20], checkpoint.Tensors["sliced"].Values());
        Assert.Equal([7.5f], checkpoint.Tensors["one"].Values());
        Assert.Empty(checkpoint.Tensors["one"].Shape);
        Assert.Empty(checkpoint.Tensors["empty"].Values());
        Assert.Equal(Enumerable.Repeat(0.1f, 70000), checkpoint.Tensors["large"].Values());
        Assert.Equal([1, -2.5f], checkpoint.Tensors["bfloat16"].Values());
    }

    [SkippableTheory]
    [InlineData(2)]
    [InlineData(5)]
    public void Plain_values_are_read(int protocol)
    {
        var root = Assert.IsType<PickleDictionary>(Unpickler.Read(new PickleCursor("a.pdparams", Written(protocol), 0)));

        var numbers = PickleList.ItemsOf(root.Entries["numbers"])!;
        Assert.Equal([0L, -1L, 255L, 65536L, 1L << 40, -(1L << 40), System.Numerics.BigInteger.Pow(2, 200), 1.5, true, false, null], numbers);
        Assert.Equal(2.5, root.Entries["scalar"]);
        Assert.False(root.Entries.ContainsKey("3"));
        Assert.Equal(20, root.Entries.Count);
    }

    private static byte[] Written(int protocol)
    {
        Skip.IfNot(File.Exists(Python) && Directory.Exists("/usr/lib/python3/dist-packages/numpy"), "python3-numpy is not installed");
        return Tool.Run(Python, "-c", Script, $"{protocol}");
    }
}
