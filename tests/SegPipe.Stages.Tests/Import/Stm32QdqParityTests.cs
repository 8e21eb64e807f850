using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using SegPipe.Models.Import;
using SegPipe.Stages.Inference;
using SegPipe.Testing;
using Xunit.Abstractions;

namespace SegPipe.Stages.Tests.Import;

/// <summary>The quantised ONNX file of the STM32 model zoo's DeepLabV3, imported as a whole, against ONNX Runtime without optimisations.</summary>
public sealed class Stm32QdqParityTests(ITestOutputHelper output) : IDisposable
{
    private const string Folder = "goldens/deeplab_stm32/";
    private const string File = "deeplab_v3_mobilenetv2_05_16_320_asppv2_qdq_int8.onnx";

    // What the golden's own 8-bit resize does to borders that the float resize of the imported model does not.
    private const double ResizeAllowance = 0.7;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("photo_01")]
    [InlineData("cityscapes")]
    public void A_quantised_ONNX_file_stays_within_a_step_of_its_logits(string picture)
    {
        Skip.IfNot(SharedFolder.Find(Folder + File) is { }, "the goldens are not here");
        var golden = Golden(picture);
        var step = golden.GetProperty("lowres_quantisation").GetProperty("scale").GetDouble();

        var result = new ModelImport(new NetworkCheck()).Run(SharedFolder.Find(Folder + File)!, _folder["qdq.onnx"], new() { Name = "qdq", Precision = ImportPrecision.Int8 });

        var png = SharedFolder.Find($"{Folder}{picture}.320x320.input.png")!;
        var logits = Run(result, png, GraphOptimizationLevel.ORT_ENABLE_ALL);
        var expected = NpyFile.Read(SharedFolder.Find($"{Folder}onnx_qdq_int8.{picture}.lowres.npy")!).Values;
        var differences = logits.Values.Zip(expected, (found, wanted) => Math.Abs(found - wanted)).ToArray();
        var exact = Run(result, png, GraphOptimizationLevel.ORT_DISABLE_ALL).Values.Zip(expected, (found, wanted) => Math.Abs(found - wanted)).ToArray();
        var labels = Labels(logits.Bilinear(320, 320));
        var agreement = 100.0 * GrayPng.Read(SharedFolder.Find($"{Folder}onnx_qdq_int8.{picture}.labels.png")!).Pixels.Zip(labels).Count(pair => pair.First == pair.Second) / labels.Length;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{File} {picture}: low-resolution difference {differences.Average() / step:F3} steps on average, {differences.Max() / step:F1} at most ({exact.Average() / step:F3} and {exact.Max() / step:F1} without optimisations); {agreement:F4} % of the labels"));
        Assert.InRange(differences.Average(), 0, step);
        // The golden's own arithmetic: what is left may only be another processor's last bit before a rounding.
        Assert.InRange(exact.Average(), 0, step / 20);
        Assert.InRange(agreement, golden.GetProperty("optimised_kernels_vs_labels_percent").GetDouble() - ResizeAllowance, 100);
    }

    private static JsonElement Golden(string picture) =>
        JsonElement.Parse(System.IO.File.ReadAllText(SharedFolder.Find(Folder + "manifest.json")!)).GetProperty("goldens").EnumerateArray()
            .Single(golden => golden.TryGetProperty("file", out var file) && file.GetString() == File && golden.GetProperty("picture").GetString() == picture);

    private static NhwcMap Run(ImportResult result, string png, GraphOptimizationLevel optimisation)
    {
        var card = result.Model.Card;
        var rgb = Tool.Ffmpeg("-f png_pipe", "-i", png, "-f", "rawvideo", "-pix_fmt", "rgb24", "-");
        var picture = new NhwcMap(card.Input.Size.Height, card.Input.Size.Width, 3, [.. rgb.Select((value, i) => (double)((value / 255f - card.Input.Mean[i % 3]) * card.Input.Scale[i % 3]))]);
        using var runtime = new SessionOptions { GraphOptimizationLevel = optimisation };
        using var session = new InferenceSession(result.Model.Path, runtime);
        using var input = OrtValue.CreateTensorValueFromMemory(picture.ToPlanes(), [1, 3, picture.Rows, picture.Columns]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [card.Input.Name], [input], [card.Output.Name]);
        return NhwcMap.OfPlanes(outputs[0].GetTensorTypeAndShape().Shape, outputs[0].GetTensorDataAsSpan<float>());
    }

    private static byte[] Labels(NhwcMap logits)
    {
        var labels = new byte[logits.Rows * logits.Columns];
        for (var i = 0; i < labels.Length; i++)
        {
            var classes = logits.Values.AsSpan(i * logits.Channels, logits.Channels);
            for (var c = 1; c < classes.Length; c++)
                if (classes[c] > classes[labels[i]]) labels[i] = (byte)c;
        }
        return labels;
    }
}
