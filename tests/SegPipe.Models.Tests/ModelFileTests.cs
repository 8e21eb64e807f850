using System.Text;
using SegPipe.Frames;
using SegPipe.Testing;

namespace SegPipe.Models.Tests;

public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_demonstration_model_is_what_its_card_says()
    {
        var path = ModelCatalog.Find(ModelCatalog.Default);

        var model = ModelFile.Load(path);

        Assert.Equal("street-tiny", model.Card.Name);
        Assert.Equal(new PictureSize(1024, 512), model.Card.Input.Size);
        Assert.Equal([0.5f, 0.5f, 0.5f], model.Card.Input.Mean);
        Assert.Equal([2f, 2f, 2f], model.Card.Input.Scale);
        Assert.Equal(PictureFit.Stretch, model.Card.Input.Fit);
        Assert.Equal(new PictureSize(64, 32), model.Card.Output.Size);
        Assert.Equal(CoordinateRule.HalfPixel, model.Card.Output.Coordinates);
        Assert.Equal(LogitsContent.Logits, model.Card.Output.Kind);
        Assert.Equal(19, model.Card.Classes.Count);
        Assert.Equal(new ClassEntry(13, "car", "#00008e"), model.Card.Classes.Entries[13]);
        Assert.Null(model.Card.Batch);
        Assert.Equal(17, model.Graph.Opset);
        Assert.Equal(385, model.Graph.Operators.Sum(count => count.Count));
        Assert.Equal("image float32 [?, 3, 512, 1024]", Assert.Single(model.Graph.Inputs).ToString());
        Assert.Equal("logits float32 [?, 19, 32, 64]", Assert.Single(model.Graph.Outputs).ToString());
        Assert.InRange(model.Graph.Parameters, 1_440_000, 1_480_000);
        Assert.Equal(Encoding.ASCII.GetString(Tool.Run("sha256sum", path))[..64], model.Sha256);
        Assert.Equal(new FileInfo(path).Length, model.Bytes);
    }

    [Fact]
    public void Weights_listed_among_the_inputs_are_not_inputs()
    {
        var model = ModelFile.Load(TinyModel.Write(_folder["m.onnx"], TinyModel.Card()));

        Assert.Equal("in", Assert.Single(model.Graph.Inputs).Name);
        Assert.Equal(15, model.Graph.Parameters);
        Assert.Equal([new OperatorCount("Identity", 1)], model.Graph.Operators);
    }

    [Fact]
    public void A_missing_model_is_a_missing_input()
    {
        var error = Assert.Throws<SegPipeException>(() => ModelFile.Load(_folder["none.onnx"]));

        Assert.Equal(ExitCode.InputMissing, error.Code);
        Assert.Contains(_folder["none.onnx"], error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is a text and not a network")]
    [InlineData("\x89PNG\r\n")]
    public void A_file_that_is_no_model_is_unusable(string content)
    {
        File.WriteAllText(_folder["m.onnx"], content, Encoding.Latin1);

        var error = Assert.Throws<SegPipeException>(() => ModelFile.Load(_folder["m.onnx"]));

        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.Contains("not an ONNX model", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(4096)]
    [InlineData(3_000_000)]
    [InlineData(5_940_000)]
    public void A_truncated_model_is_unusable(int bytes)
    {
        File.WriteAllBytes(_folder["m.onnx"], File.ReadAllBytes(ModelCatalog.Find(ModelCatalog.Default))[..bytes]);

        var error = Assert.Throws<SegPipeException>(() => ModelFile.Load(_folder["m.onnx"]));

        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.Contains("cut short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_card_is_told_what_to_write()
    {
        var path = TinyModel.Write(_folder["m.onnx"], null);

        var error = Assert.Throws<SegPipeException>(() => ModelFile.Load(path));

        Assert.Equal(ExitCode.Configuration, error.Code);
        Assert.Contains("has no card", error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder["m.card.yaml"], error.Advice, StringComparison.Ordinal);
        Assert.Contains("input { name: in,", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_with_the_wrong_number_of_classes_is_refused()
    {
        var path = TinyModel.Write(_folder["m.onnx"], TinyModel.Card(), null, 4, 4, 8);

        var error = Assert.Throws<SegPipeException>(() => ModelFile.Load(path));

        Assert.Equal(ExitCode.Configuration, error.Code);
        Assert.Contains("the output has 4 planes, the card has 3 classes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_disagreement_of_card_and_graph_is_named()
    {
        var card = TinyModel.Card();
        card["input"]!["width"] = 16;
        card["output"]!["name"] = "logits";

        var error = Assert.Throws<SegPipeException>(() => ModelFile.Load(TinyModel.Write(_folder["m.onnx"], card)));

        Assert.Contains("the card asks for [batch, 3, 4, 16]", error.Message, StringComparison.Ordinal);
        Assert.Contains("the graph has no output 'logits' (it has out)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_shape_is_left_to_the_inference()
    {
        var path = TinyModel.Write(_folder["m.onnx"], TinyModel.Card(), null, null, null, null);

        Assert.Equal([null, null, null, null], ModelFile.Load(path).Graph.Outputs[0].Shape);
    }
}
