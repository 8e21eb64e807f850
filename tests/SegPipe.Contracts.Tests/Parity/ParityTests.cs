using System.Text.Json;
using SegPipe.Testing;
using Xunit.Abstractions;

namespace SegPipe.Parity;

/// <summary>Imports every file that has reference outputs, through the command line, and holds class maps and logits against them.</summary>
public sealed class ParityTests(ITestOutputHelper output)
{
    private readonly List<ParityRow> _rows = [];

    [SkippableFact]
    public async Task PP_MobileSeg_is_what_PaddleSeg_computes()
    {
        var goldens = Goldens.Require("pp_mobileseg");
        var files = goldens.Manifest.GetProperty("weights").GetProperty("in_this_folder").EnumerateArray().Select(f => f.GetString()!).ToList();
        foreach (var entry in goldens.Manifest.GetProperty("outputs").EnumerateArray())
        {
            var (picture, size) = (goldens[entry.Text("input_png")], $"{entry.GetProperty("width")}x{entry.GetProperty("height")}");
            foreach (var file in files.Where(f => f.Contains(entry.Text("net"), StringComparison.Ordinal)))
            {
                using var model = await ImportedModel.OfAsync(goldens[file], "--input-size", size);
                var logits = new Figure(model.Run(picture).Against(NpyFile.Read(goldens[entry.Text("lowres")]), planar: true).Max(d => d.Difference), 1e-2);
                foreach (var (mode, labels) in (IEnumerable<(string, string)>)[("exact", "labels_full"), ("paper", "labels_vim")])
                    Add(file, $"{size}, {mode}", entry, new(await model.AgreementAsync(picture, goldens[entry.Text(labels)], mode), 99.95), logits, "");
            }
        }

        Conclude();
    }

    [SkippableFact]
    public async Task Published_TFLite_files_are_what_their_interpreter_computes()
    {
        var goldens = Goldens.Require("tflite");
        List<double> asFloat = [];
        foreach (var group in goldens.Manifest.GetProperty("outputs").EnumerateArray().GroupBy(entry => entry.Text("model")))
        {
            var (file, path) = (Path.GetFileName(group.Key), SharedFolder.Find(group.Key["shared/".Length..])!);
            var isFloat = file.Contains("float", StringComparison.Ordinal);
            using var floats = await ImportedModel.OfAsync(path, "--precision", "float");
            using var quantised = isFloat ? null : await ImportedModel.OfAsync(path, "--precision", "int8");
            foreach (var entry in group)
            {
                var (picture, labels, lowres) = (goldens[entry.Text("input_png")], goldens[entry.Text("labels_float")], NpyFile.Read(goldens[entry.Text("lowres")]));
                var agreement = await floats.AgreementAsync(picture, labels);
                if (quantised is null)
                {
                    var largest = lowres.Values.Max(Math.Abs);
                    Add(file, "float", entry, new(agreement, 99.95), new(floats.Run(picture).Against(lowres, planar: false).Max(d => d.Difference) / largest, 1e-3), "of the largest");
                    continue;
                }

                asFloat.Add(agreement);
                Add(file, "float", entry, new(agreement, 90), null, "");
                var least = Math.Min(99, entry.Number("optimised_kernels_vs_labels_percent") ?? 99);
                Add(file, "int8", entry, new(await quantised.AgreementAsync(picture, labels), least), Steps(quantised, picture, lowres, entry.Number("lowres_scale")!.Value, entry.Number("lowres_zero_point")!.Value), "steps");
            }
        }

        output.WriteLine($"mean of the quantised files imported as float: {asFloat.Average():0.00} %");
        Conclude();
        Assert.InRange(asFloat.Average(), 97, 100);
    }

    [SkippableTheory]
    [InlineData("float")]
    [InlineData("int8")]
    public async Task The_Cityscapes_network_finds_what_people_drew(string precision)
    {
        var file = SharedFolder.Find("models/deeplab_edgetpu_cityscapes19_uint8_513.tflite");
        Skip.If(file is null, "../shared is absent");
        using var model = await ImportedModel.OfAsync(file!, "--precision", precision);

        var agreement = await model.AgreementAsync(Goldens.Require("tflite")["513_cityscapes_segmentation.input.png"], GrayBitmap.Read(SharedFolder.Find("data/cityscapes/cityscapes_segmentation_mask.bmp")!));

        output.WriteLine($"{Path.GetFileName(file)}, {precision}: {agreement:0.00} % of the published mask");
        Assert.InRange(agreement, 91.5, 100);
    }

    [SkippableFact]
    public async Task ShuffleNetV2_is_what_TensorFlow_computes()
    {
        var goldens = Goldens.Require("shufflenet_v2");
        foreach (var entry in goldens.Manifest.GetProperty("goldens").EnumerateArray())
        {
            var (variant, isSmall) = (entry.Text("variant").Replace("_225", "", StringComparison.Ordinal), entry.Text("variant").EndsWith("_225", StringComparison.Ordinal));
            string[] others = isSmall ? [] : [$"shufflenetv2_{variant}_1024x512.pb", $"shufflenetv2_{variant}_1024x512_float.tflite"];
            foreach (var file in goldens.There([$"shufflenetv2_{variant}.ckpt-120000.index", .. others]))
            {
                using var model = await ImportedModel.OfAsync(goldens[file], isSmall ? ["--input-size", "225x225"] : []);
                await AddFloatAsync(goldens, model, file, isSmall ? "225x225" : "", entry, 99.9, d => d.Difference, 2e-3);
            }
        }

        Conclude();
    }

    [SkippableFact]
    public async Task MOSAIC_is_what_TensorFlow_computes()
    {
        var goldens = Goldens.Require("mosaic_tf2");
        foreach (var entry in goldens.Manifest.GetProperty("goldens").EnumerateArray().Where(entry => entry.TextOrNull("labels") is not null))
        {
            var variant = entry.Text("variant");
            string[] names = entry.TextOrNull("file") is { } stated ? [stated] : [$"mosaic_{variant}.saved_model", $"mosaic_{variant}.ckpt-100000.index", $"mosaic_{variant}.ckpt.index"];
            foreach (var file in goldens.There(names))
            {
                using var model = await ImportedModel.OfAsync(goldens[file]);
                // 0.001 of the value are allowed where that is more than 0.002; of the golden, 16 rows in the middle are stored.
                await AddFloatAsync(goldens, model, file, "", entry, 99.9, d => Math.Max(2e-3f * d.Difference / Math.Max(2e-3f, 1e-3f * d.Golden), 0), 2e-3, firstRow: 112);
            }
        }

        Conclude();
    }

    [SkippableFact]
    public async Task STM32_DeepLab_is_what_Keras_and_its_quantised_copies_compute()
    {
        const string stem = "deeplab_v3_mobilenetv2_05_16_320_asppv2";
        var goldens = Goldens.Require("deeplab_stm32");
        foreach (var entry in goldens.Manifest.GetProperty("goldens").EnumerateArray())
        {
            string[] names = entry.TextOrNull("file") is { } stated ? [stated] : [stem + ".h5", stem + "_keras2.keras", stem + "_keras3.keras"];
            foreach (var file in goldens.There(names))
            {
                if (!file.Contains("int8", StringComparison.Ordinal))
                {
                    using var exact = await ImportedModel.OfAsync(goldens[file]);
                    await AddFloatAsync(goldens, exact, file, "", entry, 99.9, d => d.Difference, 1e-2);
                    continue;
                }

                var isOnnx = file.EndsWith(".onnx", StringComparison.Ordinal);
                using var model = await ImportedModel.OfAsync(goldens[file], isOnnx ? [] : ["--precision", "int8"]);
                var (picture, quantisation) = (goldens[entry.Text("input")], entry.GetProperty("lowres_quantisation"));
                // The ONNX file's golden is real already; its step is still what distances are measured in.
                var steps = Steps(model, picture, NpyFile.Read(goldens[entry.Text("lowres")]), quantisation.Number("scale")!.Value, quantisation.Number("zero_point")!.Value, isReal: isOnnx);
                var least = entry.Number("optimised_kernels_vs_labels_percent")!.Value - (isOnnx ? 0.7 : 2.5);
                Add(file, isOnnx ? "" : "int8", entry, new(await model.AgreementAsync(picture, goldens[entry.Text("labels")]), least), steps, "steps");
            }
        }

        Conclude();
    }

    private static Figure Steps(ImportedModel model, string picture, NpyFile lowres, double scale, double zeroPoint, bool isReal = false)
    {
        var differences = isReal ? model.Run(picture).Against(lowres, planar: false) : model.Run(picture).Against(lowres, planar: false, 0, (float)scale, (float)zeroPoint);
        return new(differences.Average(d => d.Difference) / scale, 1);
    }

    private async Task AddFloatAsync(Goldens goldens, ImportedModel model, string file, string how, JsonElement entry, double least, Func<(float Difference, float Golden), float> measure, double most, int firstRow = 0)
    {
        var picture = goldens[entry.Text("input")];
        var largest = model.Run(picture).Against(NpyFile.Read(goldens[entry.Text("lowres")]), planar: false, firstRow).Max(measure);
        Add(file, how, entry, new(await model.AgreementAsync(picture, goldens[entry.Text("labels")]), least), new(largest, most), "");
    }

    private void Add(string file, string how, JsonElement entry, Figure labels, Figure? logits, string unit) =>
        _rows.Add(new(file, how, Path.GetFileNameWithoutExtension(entry.Text("picture")), labels, logits, unit));

    private void Conclude()
    {
        foreach (var line in ParityRow.Title.Concat(_rows.Select(row => row.ToString()))) output.WriteLine(line);
        Assert.NotEmpty(_rows);
        Assert.DoesNotContain(_rows, row => !row.Holds);
    }
}
