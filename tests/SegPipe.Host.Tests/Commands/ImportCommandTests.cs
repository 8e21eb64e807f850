using Google.Protobuf;
using System.Text;
using SegPipe.Frames;
using SegPipe.Models;
using SegPipe.Models.Onnx;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Commands;

public sealed class ImportCommandTests : IDisposable
{
    private const string Full = "32x16";

    private readonly TemporaryFolder _folder = new();

    private string Source => _folder["source.onnx"];

    private string Target => _folder["target.onnx"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_network_with_a_head_becomes_one_with_logits_and_a_card()
    {
        var network = new HeadedModel();
        network.Write(Source, Head(network), OnnxType.Int64, 1, 16, 32);

        var result = (await ImportAsync("--normalise", "signed", "--family", "own")).Expect(ExitCode.Done);

        var model = ModelFile.Load(Target);
        Assert.Equal(("target", "own", "source.onnx"), (model.Card.Name, model.Card.Family, model.Card.Source));
        Assert.Equal(Encoding.ASCII.GetString(Tool.Run("sha256sum", Source))[..64], model.Card.Sha256);
        Assert.Equal((LogitsContent.Logits, new PictureSize(8, 4), CoordinateRule.HalfPixel), (model.Card.Output.Kind, model.Card.Output.Size, model.Card.Output.Coordinates));
        Assert.Equal([0.5f, 0.5f, 0.5f, 2, 2, 2], [.. model.Card.Input.Mean, .. model.Card.Input.Scale]);
        Assert.Equal(["class 0", "class 1", "class 2", "class 3", "class 4"], model.Card.Classes.Entries.Select(entry => entry.Name));
        Assert.Equal([new("Conv", 1, 240)], model.Graph.Operators);
        Assert.Matches(@"cut +Resize 8x4 to 32x16, Softmax, ArgMax", result.Out);
        Assert.Contains("no known table has 5 classes", result.Error);
        Assert.Equal([Source, Target], Directory.GetFiles(_folder.Path).Order());
    }

    [Theory]
    [InlineData("half_pixel", false)]
    [InlineData("align_corners", false)]
    [InlineData("asymmetric", false)]
    [InlineData("half_pixel", true)]
    public async Task Class_maps_are_the_same_with_and_without_the_head(string coordinates, bool quantised)
    {
        var network = new HeadedModel();
        network.Write(Source, Head(network, coordinates, quantised), OnnxType.Int64, 1, 16, 32);
        Tool.Ffmpeg($"-f lavfi -i testsrc2=size={Full}:rate=1 -frames:v 1", _folder["picture.png"]);

        (await ImportAsync("--normalise", "unit")).Expect(ExitCode.Done);
        (await Cli.RunAsync("models", "import", Source, "--out", _folder["whole.onnx"], "--normalise", "unit", "--keep-head")).Expect(ExitCode.Done);

        var (cut, whole) = (await LabelsAsync(Target), await LabelsAsync(_folder["whole.onnx"]));
        Assert.Equal(LogitsContent.Labels, ModelFile.Load(_folder["whole.onnx"]).Card.Output.Kind);
        Assert.True(whole.Distinct().Count() > 2);
        Assert.Equal(whole, cut);
    }

    [Theory]
    [InlineData((int)OnnxType.Int64)]
    [InlineData((int)OnnxType.Int32)]
    [InlineData((int)OnnxType.UInt8)]
    [InlineData((int)OnnxType.Int8)]
    public async Task A_network_that_only_offers_classes_is_taken_and_that_is_said(int element)
    {
        var network = new HeadedModel();
        var labels = network.Graph.Node("Cast", [network.Graph.Node("ArgMax", [network.Logits], null, ("axis", 1), ("keepdims", 1))], null, ("to", (int)OnnxType.Float));
        network.Write(Source, network.Graph.Node("Cast", [network.Resize(labels, "asymmetric", "nearest")], null, ("to", element)), (OnnxType)element, 1, 1, 16, 32);

        var result = (await ImportAsync("--classes", "cityscapes")).Expect(ExitCode.Done);

        Assert.Contains("puts out classes, no logits", result.Error);
        Assert.Equal((LogitsContent.Labels, 19), (ModelFile.Load(Target).Card.Output.Kind, ModelFile.Load(Target).Card.Classes.Count));
        Tool.Ffmpeg($"-f lavfi -i testsrc2=size={Full}:rate=1 -frames:v 1", _folder["picture.png"]);
        Assert.True((await LabelsAsync(Target)).Distinct().Count() > 1);
    }

    [Fact]
    public async Task Logits_of_rows_columns_classes_are_turned()
    {
        var network = new HeadedModel();
        var turned = network.Graph.Node("Relu", [network.Graph.Node("Transpose", [network.Logits], null, ("perm", (long[])[0, 2, 3, 1]))]);
        network.Write(Source, network.Graph.Node("Softmax", [turned], null, ("axis", -1)), OnnxType.Float, 1, 4, 8, 5);

        (await ImportAsync()).Expect(ExitCode.Done);

        Assert.Equal((new PictureSize(8, 4), 5), (ModelFile.Load(Target).Card.Output.Size, ModelFile.Load(Target).Card.Classes.Count));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(13)]
    [InlineData(18)]
    [InlineData(21)]
    public async Task Operator_sets_from_11_to_21_are_taken_and_stay(int opset)
    {
        var network = new HeadedModel().WithOpset(opset);
        network.Write(Source, network.Resize(network.Logits, "half_pixel"), OnnxType.Float, 1, 5, 16, 32);

        (await ImportAsync()).Expect(ExitCode.Done);

        Assert.Equal((opset, new PictureSize(8, 4)), (ModelFile.Load(Target).Graph.Opset, ModelFile.Load(Target).Card.Output.Size));
    }

    [Fact]
    public async Task A_network_of_half_precision_takes_and_gives_floats()
    {
        var network = new HeadedModel(half: true);
        network.Write(Source, network.Logits, OnnxType.Float16, 1, 5, 4, 8);

        (await ImportAsync()).Expect(ExitCode.Done);

        Assert.Equal(("float32", "float32"), (ModelFile.Load(Target).Graph.Inputs[0].Element, ModelFile.Load(Target).Graph.Outputs[0].Element));
    }

    [Fact]
    public async Task Weights_that_are_there_twice_are_damage()
    {
        var network = new HeadedModel();
        network.Write(Source, network.Logits, OnnxType.Float, 1, 5, 4, 8);
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Source));
        model.Graph.Initializer.Add(model.Graph.Initializer[0].Clone());
        File.WriteAllBytes(Source, model.ToByteArray());

        (await ImportAsync()).Fails(ExitCode.InputUnusable, "holds the weights 'weights' twice");
    }

    [Fact]
    public async Task An_open_size_is_fixed_by_the_command_line()
    {
        var network = new HeadedModel(rows: -1, columns: -1);
        network.Write(Source, network.Logits, OnnxType.Float, 1, 5, -1, -1);

        (await ImportAsync()).Fails(ExitCode.Usage, "leaves the size of its input image open", "--input-size");
        (await ImportAsync("--input-size", "64x48")).Expect(ExitCode.Done);

        Assert.Equal((new PictureSize(64, 48), new PictureSize(16, 12)), (ModelFile.Load(Target).Card.Input.Size, ModelFile.Load(Target).Card.Output.Size));
    }

    [Fact]
    public async Task A_fixed_size_is_not_changed()
    {
        var network = new HeadedModel();
        network.Write(Source, network.Logits, OnnxType.Float, 1, 5, 4, 8);

        (await ImportAsync("--input-size", "64x48")).Fails(ExitCode.Usage, "built for 32x16, not for 64x48");
        (await ImportAsync("--input-size", "64")).Fails(ExitCode.Usage, "WIDTHxHEIGHT");
    }

    [Fact]
    public async Task A_yaml_beside_the_file_says_what_the_file_does_not()
    {
        var network = new HeadedModel();
        network.Write(Source, network.Logits, OnnxType.Float, 1, 5, 4, 8);
        var yaml = """
            family: mine
            input: { order: BGR, fit: letterbox, mean: [0.1, 0.2, 0.3], scale: [1, 2, 3] }
            classes: [{ name: a }, { name: b }, { name: c }, { name: d }, { name: e, color: '#010203' }]
            licence: MIT
            """;
        await File.WriteAllTextAsync(_folder["source.card.yaml"], yaml);

        Assert.DoesNotContain("warning", (await ImportAsync()).Expect(ExitCode.Done).Error);

        var card = ModelFile.Load(Target).Card;
        Assert.Equal(("mine", "MIT", ChannelOrder.Bgr, PictureFit.Letterbox), (card.Family, card.Licence, card.Input.Order, card.Input.Fit));
        Assert.Equal([0.1f, 0.2f, 0.3f], card.Input.Mean);
        Assert.Equal(("a", "#010203"), (card.Classes.Entries[0].Name, card.Classes.Entries[4].Color));
        await File.WriteAllTextAsync(_folder["source.card.yaml"], yaml.Replace("mean:", "meen:"));
        (await ImportAsync("--force")).Fails(ExitCode.Configuration, "input.meen is not a key", "belong together");
    }

    [Fact]
    public async Task Classes_are_named_by_a_file_of_lines()
    {
        var network = new HeadedModel();
        network.Write(Source, network.Logits, OnnxType.Float, 1, 5, 4, 8);
        await File.WriteAllTextAsync(_folder["names.txt"], "sky\nroad\n\ncar\nperson\ntree\n");

        (await ImportAsync("--classes", _folder["names.txt"])).Expect(ExitCode.Done);

        Assert.Equal(["sky", "road", "car", "person", "tree"], ModelFile.Load(Target).Card.Classes.Entries.Select(entry => entry.Name));
        (await ImportAsync("--force", "--classes", "voc")).Fails(ExitCode.Usage, "has 5 classes, --classes has 21");
        (await ImportAsync("--force", "--classes", "vok")).Fails(ExitCode.InputMissing, "vok");
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 12\n", "Git-LFS pointer")]
    [InlineData("\n <!DOCTYPE html>\n<html></html>", "web page")]
    [InlineData("", "is empty")]
    [InlineData("something else altogether", "begins with 736F6D6574686", "ONNX")]
    public async Task What_is_no_model_is_said(string content, params string[] parts)
    {
        await File.WriteAllTextAsync(Source, content);

        (await ImportAsync()).Fails(ExitCode.InputUnusable, parts);
    }

    [Fact]
    public async Task Nothing_is_left_behind_by_an_import_that_fails()
    {
        var network = new HeadedModel();
        network.Write(Source, network.Graph.Node("NoSuchOperator", [network.Logits]), OnnxType.Float, 1, 5, 4, 8);

        (await ImportAsync()).Fails(ExitCode.InputUnusable, "NoSuchOperator");
        (await Cli.RunAsync("models", "import", _folder["absent.onnx"], "--out", Target)).Fails(ExitCode.InputMissing, "absent.onnx");

        Assert.Equal([Source], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_network_whose_values_overflow_is_not_taken()
    {
        var network = new HeadedModel();
        var huge = network.Graph.Constant("huge", (ReadOnlySpan<float>)[float.MaxValue], 1);
        network.Write(Source, network.Graph.Node("Mul", [network.Graph.Node("Mul", [network.Logits, huge]), huge]), OnnxType.Float, 1, 5, 4, 8);

        (await ImportAsync()).Fails(ExitCode.InputUnusable, "was not converted soundly");
    }

    [Fact]
    public async Task Older_models_are_only_replaced_when_that_is_wanted()
    {
        var network = new HeadedModel();
        network.Write(Source, network.Logits, OnnxType.Float, 1, 5, 4, 8);
        (await ImportAsync()).Expect(ExitCode.Done);

        (await ImportAsync()).Fails(ExitCode.CannotCreate, "--force");
        (await ImportAsync("--force")).Expect(ExitCode.Done);
        (await Cli.RunAsync("models", "import", Source, "--out", _folder["target.tflite"])).Fails(ExitCode.Usage, ".onnx");
        (await Cli.RunAsync("models", "import", Source, "--out", Source, "--force")).Fails(ExitCode.Usage, "is imported");
    }

    private static string Head(HeadedModel network, string coordinates = "half_pixel", bool quantised = false)
    {
        var cells = quantised ? network.Quantised(network.Logits, 0.25f) : network.Logits;
        var scores = network.Graph.Node("Softmax", [network.Resize(cells, coordinates)], null, ("axis", 1));
        return network.Graph.Node("ArgMax", [scores], null, ("axis", 1), ("keepdims", 0));
    }

    private Task<CliResult> ImportAsync(params string[] more) => Cli.RunAsync(["models", "import", Source, "--out", Target, .. more]);

    private async Task<byte[]> LabelsAsync(string model)
    {
        (await Cli.RunAsync("segment", _folder["picture.png"], "--model", model, "--labels", _folder["labels.png"], "--at-model-size")).Expect(ExitCode.Done);
        return GrayPng.Read(_folder["labels.png"]).Pixels;
    }
}
