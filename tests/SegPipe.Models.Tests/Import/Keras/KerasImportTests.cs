using System.IO.Compression;
using System.Text;
using SegPipe.Frames;
using SegPipe.Models.Import;
using SegPipe.Models.Import.Keras;
using SegPipe.Models.Tests.Import.Hdf5;
using SegPipe.Testing;

namespace SegPipe.Models.Tests.Import.Keras;

public sealed class KerasImportTests : IDisposable
{
    private const string Image = """["InputLayer", "image", [], { "batch_shape": [null, 4, 4, 3] }]""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tiny.h5", "Keras HDF5")]
    [InlineData("tiny.keras", "Keras archive")]
    [InlineData("tiny_2_12.keras", "Keras archive")]
    public void A_container_is_known_by_its_content(string file, string container)
    {
        File.Copy(Hdf5Files.Path(file), _folder["model.onnx"]);

        Assert.Equal(container, Importers.For(new(_folder["model.onnx"])).Container);
    }

    [Fact]
    public void The_report_counts_layers_and_parameters()
    {
        var report = new ImportReport();

        var network = new KerasH5Importer().Import(new(Hdf5Files.Path("tiny.h5")), new() { Name = "tiny" }, report);

        Assert.Equal(108 + 16 + 36 + 8 + 2 + 16 + 18 + 3, report.Parameters);
        Assert.Equal(3, report.Operators["Conv2D"]);
        Assert.Equal(2, report.Operators["BatchNormalization"]);
        Assert.Equal("keras", network.Family);
        Assert.Contains("--normalise", Assert.Single(report.Warnings), StringComparison.Ordinal);
        Assert.Equal(CoordinateRule.HalfPixel, network.Coordinates);
    }

    [Fact]
    public void Keras_3_writes_references_as_histories()
    {
        const string text = """
            { "class_name": "Functional", "config": { "layers": [
                { "class_name": "InputLayer", "name": "in", "config": { "batch_shape": [null, 4, 6, 3] }, "inbound_nodes": [] },
                { "class_name": "Add", "name": "sum", "config": {}, "inbound_nodes": [ { "args": [[
                    { "class_name": "__keras_tensor__", "config": { "shape": [null, 4, 6, 3], "keras_history": ["in", 0, 0] } },
                    { "class_name": "__keras_tensor__", "config": { "shape": [null, 4, 6, 3], "keras_history": ["in", 0, 0] } } ]], "kwargs": {} } ] } ],
              "output_layers": ["sum", 0, 0] } }
            """;

        var network = Convert(text);

        var node = Assert.Single(network.Graph.Graph.Node);
        Assert.Equal(["in", "in"], node.Input);
        Assert.Equal(new PictureSize(6, 4), network.Input.Size);
    }

    [Fact]
    public void A_sequential_model_is_a_chain()
    {
        const string text = """
            { "class_name": "Sequential", "config": { "layers": [
                { "class_name": "Rescaling", "config": { "name": "scale", "batch_input_shape": [null, 4, 6, 3], "scale": 0.00784, "offset": -1 } },
                { "class_name": "ReLU", "config": { "name": "relu", "max_value": 6 } } ] } }
            """;

        var network = Convert(text);

        Assert.Equal(["Mul", "Add", "Clip"], network.Graph.Graph.Node.Select(node => node.OpType));
        Assert.Equal([255f, 255, 255], network.Input.Scale);
        Assert.Equal([0f, 0, 0], network.Input.Mean);
    }

    [Fact]
    public void Another_input_size_is_taken_where_the_layers_allow_it()
    {
        var text = KerasText.Functional($$"""[{{Image}}, ["UpSampling2D", "up", ["image"], { "size": 2 }]]""");

        var output = Assert.Single(Convert(text, new() { Name = "test", InputSize = new(20, 10) }).Graph.Graph.Output);

        Assert.Equal([1L, 3, 20, 40], output.Type.TensorType.Shape.Dim.Select(axis => axis.DimValue));
    }

    [Theory]
    [InlineData("""["Lambda", "code", ["image"], { "function": ["4wEAAAA="] }]""", "layer 'code' (Lambda): it holds Python code")]
    [InlineData("""["TFOpLambda", "op", ["image"], { "function": "math.exp" }]""", "executes nothing")]
    [InlineData("""["Dense", "dense", ["image"], {}]""", "layer 'dense' (Dense): layers of this class are not supported")]
    [InlineData("""["Add", "sum", ["image", "sum"], {}]""", "layer 'sum' feeds itself")]
    [InlineData("""["Add", "sum", ["image", "nothing"], {}]""", "there is no layer 'nothing'")]
    [InlineData("""["ReLU", "image", ["image"], {}]""", "two layers called 'image'")]
    [InlineData("""["ReLU", "relu", ["image"], { "max_value": "six" }]""", "layer 'relu' (ReLU): max_value is not a finite number")]
    [InlineData("""["UpSampling2D", "up", ["image"], { "size": [100000, 100000] }]""", "its output would have the shape 400000×400000×3")]
    [InlineData("""["UpSampling2D", "up", ["image"], { "interpolation": "lanczos3" }]""", "interpolation 'lanczos3' is not supported")]
    [InlineData("""["ReLU", "relu", ["image"], { "data_format": "channels_first" }]""", "data_format is not channels_last")]
    [InlineData("""["Reshape", "flat", ["image"], { "target_shape": [7, -1] }]""", "4×4×3 cannot become 7×6")]
    [InlineData("""["Concatenate", "join", ["image"], { "axis": 7 }]""", "axis 7 is not one of its input's")]
    [InlineData("""["Conv2D", "conv", ["image"], {}]""", "it has 0 arrays of weights instead of 2")]
    [InlineData("""["InputLayer", "other", [], { "batch_shape": [null, 4, 4, 3] }], ["Add", "sum", ["image", "other"], {}]""", "it is a second input")]
    public void A_layer_that_cannot_be_converted_is_named(string layer, string cause)
    {
        var error = Assert.Throws<SegPipeException>(() => Convert(KerasText.Functional($"[{Image}, {layer}]")));

        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.StartsWith("test: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "not JSON at line 1")]
    [InlineData("[]", "the description of the network has no class_name")]
    [InlineData("""{ "class_name": "Bert", "config": { "layers": [] } }""", "the network is a 'Bert'")]
    [InlineData("""{ "class_name": "Sequential", "config": { "layers": [] } }""", "the network has no layers")]
    [InlineData("""{ "class_name": "Functional", "config": { "layers": [], "output_layers": [["a", 0, 0], ["b", 0, 0]] } }""", "2 outputs instead of one")]
    [InlineData("""{ "class_name": "Functional\ud800", "config": {} }""", "not valid Unicode")]
    public void A_description_that_is_none_is_refused(string text, string cause)
    {
        var error = Assert.Throws<SegPipeException>(() => Convert(text));

        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_input_size_is_asked_for()
    {
        var text = KerasText.Functional("""[["InputLayer", "image", [], { "batch_shape": [null, null, null, 3] }], ["ReLU", "relu", ["image"], {}]]""");

        Assert.Contains("--input-size", Assert.Throws<SegPipeException>(() => Convert(text)).Message, StringComparison.Ordinal);
        Assert.Equal(new PictureSize(8, 6), Convert(text, new() { Name = "test", InputSize = new(8, 6) }).Input.Size);
    }

    [Fact]
    public void HDF5_without_a_network_is_told_from_a_whole_model()
    {
        var error = Assert.Throws<SegPipeException>(() => new KerasH5Importer().Import(new(Hdf5Files.Path("new.h5")), new() { Name = "test" }, new()));

        Assert.Contains("model_config", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_that_would_unpack_to_much_more_than_it_has_is_refused()
    {
        File.Copy(Hdf5Files.Path("tiny.keras"), _folder["bomb.keras"]);
        using (var zip = ZipFile.Open(_folder["bomb.keras"], ZipArchiveMode.Update))
        {
            zip.GetEntry("model.weights.h5")!.Delete();
            using var weights = zip.CreateEntry("model.weights.h5").Open();
            for (var i = 0; i < 64; i++) weights.Write(new byte[1 << 20]);
        }

        var error = Assert.Throws<SegPipeException>(() => new KerasArchiveImporter().Import(new(_folder["bomb.keras"]), new() { Name = "test" }, new()));

        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.Contains("'model.weights.h5' would unpack to 67108864 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_from_a_file_stay_on_one_line()
    {
        var error = Assert.Throws<SegPipeException>(() => Convert(KerasText.Functional($$"""[{{Image}}, ["A\nB", "c\u001b[31m", ["image"], {}]]""")));

        Assert.Equal("test: layer 'c?[31m' (A?B): layers of this class are not supported.", error.Message);
    }

    private static ImportedNetwork Convert(string text, ImportOptions? options = null) =>
        KerasImport.Convert(KerasModelReader.Read("test", Encoding.UTF8.GetBytes(text)), new NoWeights(), new("test"), options ?? new() { Name = "test" }, new());

    private sealed class NoWeights : IKerasWeights
    {
        public IReadOnlyList<KerasWeight> Of(KerasLayer layer) => [];
    }
}
