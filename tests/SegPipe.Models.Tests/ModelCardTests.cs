using System.Text.Json.Nodes;
using SegPipe.Frames;
using SegPipe.Testing;

namespace SegPipe.Models.Tests;

public sealed class ModelCardTests : IDisposable
{
    private const string Yaml = """
        v: 1
        name: tiny
        family: test
        input: { name: in, width: 8, height: 4, layout: NCHW, element: float32, order: BGR, mean: [0, 0.5, 1e-1], scale: [1, 1, 2], fit: crop }
        output: { name: out, kind: logits, width: 8, height: 4, coordinates: asymmetric }
        classes:
          - { id: 0, name: "0", color: "#102030" }
          - { id: 1, name: one }
          - { id: 2, name: two }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_card_in_yaml_beside_the_file_serves_a_model_without_one()
    {
        File.WriteAllText(_folder["m.card.yaml"], Yaml);

        var model = ModelFile.Load(TinyModel.Write(_folder["m.onnx"], null));

        Assert.Equal(_folder["m.card.yaml"], model.CardPath);
        Assert.Equal(ChannelOrder.Bgr, model.Card.Input.Order);
        Assert.Equal([0f, 0.5f, 0.1f], model.Card.Input.Mean);
        Assert.Equal(PictureFit.Crop, model.Card.Input.Fit);
        Assert.Equal(CoordinateRule.Asymmetric, model.Card.Output.Coordinates);
        Assert.Equal([new(0, "0", "#102030"), new(1, "one", "#800000"), new ClassEntry(2, "two", "#008000")], model.Card.Classes.Entries);
        Assert.Equal(1, model.Card.Batch);
    }

    [Fact]
    public void The_card_in_the_file_is_preferred()
    {
        File.WriteAllText(_folder["m.card.yaml"], "not: [a, card");

        Assert.Equal("tiny", ModelFile.Load(TinyModel.Write(_folder["m.onnx"], TinyModel.Card())).Card.Name);
    }

    [Theory]
    [InlineData("v: 1\nname: 'a\nfamily: x\n", @"m\.card\.yaml:\d+:\d+: ")]
    [InlineData("v: 1\n\tname: a\n", @"m\.card\.yaml:\d+:\d+: ")]
    [InlineData("v: 1\nname: [a, b\nfamily: x\n", @"m\.card\.yaml is not YAML")]
    public void Yaml_that_does_not_parse_is_refused(string yaml, string message)
    {
        File.WriteAllText(_folder["m.card.yaml"], yaml);

        var error = Assert.Throws<SegPipeException>(() => ModelFile.Load(TinyModel.Write(_folder["m.onnx"], null)));

        Assert.Equal(ExitCode.Configuration, error.Code);
        Assert.Matches(message, error.Message);
    }

    [Fact]
    public void All_problems_of_a_card_come_in_one_message()
    {
        var card = TinyModel.Card();
        card["nmae"] = "x";
        card["batch"] = 0;
        card.Remove("family");
        card["input"]!["width"] = "8";
        card["input"]!["height"] = 0;
        card["input"]!["fit"] = "squeeze";
        card["input"]!["mean"] = new JsonArray(1, 2);
        card["input"]!["formula"] = "rgb";
        card["output"]!.AsObject().Remove("coordinates");
        card["classes"]![1]!["id"] = 2;
        card["classes"]![1]!["name"] = "red";
        card["classes"]![2]!["color"] = "blue";

        var error = Assert.Throws<SegPipeException>(() => ModelFile.Load(TinyModel.Write(_folder["m.onnx"], card)));

        Assert.Equal(ExitCode.Configuration, error.Code);
        Assert.All(
            new[]
            {
                "nmae is not a key", "batch is neither", "family is missing", "input.width is not a whole number", "input.height is 0, outside 1–16384",
                "input.fit is 'squeeze', not one of stretch, letterbox, crop", "input.mean is not a list of three numbers", "input.formula is 'rgb'",
                "output.coordinates is missing", "classes[1].id is 2", "classes[1].name 'red' is there twice", "classes[2].color is 'blue'",
            },
            expected => Assert.Contains(expected, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"card\"")]
    [InlineData("null")]
    public void A_card_that_is_no_mapping_is_refused(string json)
    {
        var error = Assert.Throws<SegPipeException>(() => ModelFile.Load(TinyModel.Write(_folder["m.onnx"], JsonNode.Parse(json) ?? JsonValue.Create("null"))));

        Assert.Equal(ExitCode.Configuration, error.Code);
        Assert.Contains("name is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_finds_the_model_that_came_with_the_program_and_a_path_stays_a_path()
    {
        Assert.True(File.Exists(ModelCatalog.Find("street-tiny")));
        Assert.Equal("models/x.onnx", ModelCatalog.Find("models/x.onnx"));
        Assert.Contains("street-tiny", Assert.Throws<SegPipeException>(() => ModelCatalog.Find("street-tny")).Message, StringComparison.Ordinal);
    }
}
