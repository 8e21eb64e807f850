using Microsoft.ML.OnnxRuntime;
using SegPipe.Models.Import;
using SegPipe.Models.Import.TfLite;
using SegPipe.Models.Onnx;
using SegPipe.Stages.Inference;
using SegPipe.Testing;
using SegPipe.Testing.TfLite;

namespace SegPipe.Models.Tests.Import.TfLite;

/// <summary>Whole imports of small networks: what is cut, what the card says, and the border between float and quantised values.</summary>
public sealed class TfLiteImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, bool, int, string> Networks
    {
        get
        {
            var data = new TheoryData<string, bool, int, string>();
            foreach (var isWhole in (bool[])[false, true])
            {
                data.Add("uint8", isWhole, 3, "RESIZE_BILINEAR ARG_MAX");
                data.Add("int8", isWhole, 3, "RESIZE_BILINEAR ARG_MAX");
                data.Add("custom", isWhole, 3, "ResizeArgmax");
                data.Add("mixed", isWhole, 3, "RESIZE_BILINEAR");
                data.Add("float", isWhole, 4, "RESIZE_BILINEAR SOFTMAX ARG_MAX CAST");
            }

            return data;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_network_is_cut_before_its_last_resize_and_runs(string network, bool isWhole, int classes, string cut)
    {
        var result = Import(Bytes(network), isWhole ? ImportPrecision.Int8 : ImportPrecision.Float);

        Assert.Equal(cut.Split(' '), result.Report.Cut);
        Assert.Equal(new(8, 6), result.Model.Card.Input.Size);
        Assert.Equal(new(4, 3), result.Model.Card.Output.Size);
        Assert.Equal(classes, result.Model.Card.Classes.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_byte_of_a_float_picture_is_quantised_as_the_reference_kernel_does(bool isStated)
    {
        // 256 grey levels, prepared in three ways that are equal in real numbers.
        float[] frameworks = [.. Enumerable.Range(0, 256).Select(i => i / 127.5f - 1)], card = [.. Enumerable.Range(0, 256).Select(i => (i / 255f - 0.5f) * 2)], fused = [.. Enumerable.Range(0, 256).Select(i => i * (2 / 255f) - 1)];
        var (scale, zero) = (2 / 255f, -1);
        float[] expected = [.. frameworks.Select(value => (Math.Clamp((int)MathF.Round(value / scale, MidpointRounding.AwayFromZero) + zero, -128, 127) - zero) * scale)];

        foreach (var prepared in (float[][])[frameworks, card, fused]) Assert.Equal(expected, Levels(Border(scale, zero), prepared, isStated ? Normalisation.Signed : null));
    }

    [Fact]
    public void Other_colours_than_signed_ones_are_quantised_as_they_are()
    {
        float[] colours = [.. Enumerable.Range(0, 256).Select(i => i / 255f)];

        var found = Levels(Border(1 / 1000f, -128), colours, Normalisation.Unit);

        Assert.Equal(colours.Select(value => Math.Min(MathF.Round(value / (1 / 1000f), MidpointRounding.AwayFromZero), 255) * (1 / 1000f)), found);
    }

    [Fact]
    public void Operators_that_are_folded_into_a_convolution_are_counted_by_name()
    {
        var result = Import(MixedNetwork.Write(), ImportPrecision.Int8);

        Assert.Equal(1, result.Report.Operators["SPACE_TO_BATCH_ND"]);
        Assert.Equal(1, result.Report.Operators["BATCH_TO_SPACE_ND"]);
    }

    internal static byte[] Bytes(string network) => network switch
    {
        "uint8" => SmallNetwork.Write(),
        "int8" => SmallNetwork.Write(TfLiteFile.Int8),
        "custom" => SmallNetwork.Write(custom: true),
        "mixed" => MixedNetwork.Write(),
        _ => FloatNetwork.Write(),
    };

    private static byte[] Border(float scale, int zero)
    {
        var file = new TfLiteFile();
        var (input, stored, output) = (file.Value(TfLiteFile.Float32, [1, 16, 16, 3]), file.Value(TfLiteFile.Int8, [1, 16, 16, 3], scale, zero), file.Value(TfLiteFile.Float32, [1, 16, 16, 3]));
        return file.Operator(114, [input], [stored]).Operator(6, [stored], [output]).Write([input], [output]);
    }

    private float[] Levels(byte[] file, float[] colours, Normalisation? stated)
    {
        File.WriteAllBytes(_folder["net.tflite"], file);
        var network = new TfLiteImporter().Import(new(_folder["net.tflite"]), new() { Name = "net", Precision = ImportPrecision.Int8, Normalisation = stated, KeepHead = true }, new());
        using var session = new InferenceSession(ModelBytes.WithOutputs(network.Graph.Build(), [network.Graph.Graph.Output[0].Name]));
        using var input = OrtValue.CreateTensorValueFromMemory([.. colours, .. colours, .. colours], [1, 3, 16, 16]);
        using var run = new RunOptions();
        using var results = session.Run(run, [network.Input.Name], [input], session.OutputNames);
        return results[0].GetTensorDataAsSpan<float>()[..colours.Length].ToArray();
    }

    private ImportResult Import(byte[] file, ImportPrecision precision)
    {
        File.WriteAllBytes(_folder["net.tflite"], file);
        return new ModelImport(new NetworkCheck()).Run(_folder["net.tflite"], _folder["net.onnx"], new() { Name = "net", Precision = precision });
    }
}
