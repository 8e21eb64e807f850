using SegPipe.ImportFuzz;
using SegPipe.Models.Onnx;
using SegPipe.Stages.Inference;
using SegPipe.Testing;
using Xunit.Abstractions;

namespace SegPipe;

/// <summary>Damaged models are taken or refused in one line, in bounded time and memory; the tool SegPipe.ImportFuzz does the same at length.</summary>
public sealed class ImportFuzzTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_ONNX_file_is_taken_or_refused_by_the_reader() => Check(Headed(), 2000, whole: false);

    [Fact]
    public void A_damaged_ONNX_file_is_taken_or_refused_by_the_whole_import() => Check(Headed(), 200, whole: true);

    [SkippableTheory]
    [InlineData("pp_mobileseg/pp_mobileseg_tiny.pdparams")]
    [InlineData("pp_mobileseg/pp_mobileseg_tiny.pth")]
    [InlineData("shufflenet_v2/shufflenetv2_basic_1024x512.pb")]
    [InlineData("shufflenet_v2/shufflenetv2_basic.ckpt-120000.index")]
    [InlineData("mosaic_tf2/mosaic_ebf32_nogp.saved_model")]
    [InlineData("mosaic_tf2/mosaic_ebf32_nogp.ckpt-100000.index")]
    [InlineData("deeplab_stm32/deeplab_v3_mobilenetv2_05_16_320_asppv2_int8_f32_mixed.tflite")]
    [InlineData("deeplab_stm32/deeplab_v3_mobilenetv2_05_16_320_asppv2.h5")]
    [InlineData("deeplab_stm32/deeplab_v3_mobilenetv2_05_16_320_asppv2_keras3.keras")]
    [InlineData("deeplab_stm32/deeplab_v3_mobilenetv2_05_16_320_asppv2_qdq_int8.onnx")]
    public void A_damaged_file_of_every_container_is_taken_or_refused(string file)
    {
        var path = SharedFolder.Find("goldens/" + file);
        Skip.If(path is null, "../shared is absent");

        Check(path!, 100, whole: false);
    }

    private void Check(string path, int cases, bool whole)
    {
        var fuzzer = new Fuzzer(FuzzSource.Read(path), 1, _folder["work"], whole ? new NetworkCheck() : null);
        var sound = fuzzer.Run(-1);
        Assert.True(sound is { Refused: false, Fault: null }, $"the sound model: {sound}");
        // Elapsed time is the tool's to judge: other tests run beside these.
        List<FuzzCase> found = [.. Enumerable.Range(0, cases).Select(fuzzer.Run)];

        output.WriteLine($"{cases} damaged, {found.Count(f => f.Refused)} refused, most allocated {found.Max(f => f.Allocated):N0}");
        Assert.DoesNotContain(found, f => f.Fault is not null);
        Assert.InRange(found.Count(f => f.Refused), 1, cases);
    }

    private string Headed()
    {
        var network = new HeadedModel();
        var labels = network.Graph.Node("ArgMax", [network.Resize(network.Quantised(network.Logits), "half_pixel")], null, ("axis", 1), ("keepdims", 0));
        return network.Write(_folder["headed.onnx"], labels, OnnxType.Int64, 1, 16, 32);
    }
}
