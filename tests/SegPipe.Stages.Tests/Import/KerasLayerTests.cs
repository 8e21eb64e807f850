using System.Text;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SegPipe.Models.Import;
using SegPipe.Models.Import.Keras;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests.Import;

/// <summary>Layers of Keras against plain loops over rows, columns and channels, and whole files whose weights follow a rule.</summary>
public sealed class KerasLayerTests
{
    private const string Conv = "\"padding\": \"same\", \"data_format\": \"channels_last\"";

    [Theory]
    [InlineData("tiny.h5")]
    [InlineData("tiny.keras")]
    [InlineData("tiny_2_12.keras")]
    public void A_network_with_folded_norms_and_paddings_computes_what_its_layers_say(string file)
    {
        var path = Path.Combine(SharedFolder.Repository, "tests", "SegPipe.Models.Tests", "Import", "Hdf5", "files", file);
        var source = new ImportSource(path);

        var network = Importers.For(source).Import(source, new() { Name = "tiny" }, new());

        Assert.Equal(new(12, 8), network.Input.Size);
        Assert.Equal(["Conv", "Clip", "Conv", "Relu", "GlobalAveragePool", "Reshape", "Reshape", "Conv", "Resize", "Concat", "Conv", "Resize"], network.Graph.Graph.Node.Select(node => node.OpType));
        var picture = NhwcMap.Ramp(8, 12, 3, 0.1);
        AssertClose(Tiny(picture), Run(network, picture));
    }

    [Theory]
    [InlineData(7, 9, 3, 2, 1, 1)]
    [InlineData(8, 8, 3, 2, 1, 1)]
    [InlineData(8, 10, 5, 2, 1, 1)]
    [InlineData(9, 8, 3, 1, 4, 1)]
    [InlineData(8, 8, 2, 1, 1, 1)]
    [InlineData(6, 6, 1, 2, 1, 1)]
    [InlineData(6, 6, 3, 1, 1, 3)]
    public void A_convolution_with_same_padding_is_Keras_own(int rows, int columns, int kernel, int stride, int rate, int groups)
    {
        var (weights, bias) = (NhwcMap.Numbers(kernel * kernel * 3 / groups * 6), NhwcMap.Numbers(6));
        var layer = $$"""{ "strides": {{stride}}, "dilation_rate": [{{rate}}, {{rate}}], "groups": {{groups}}, "activation": "relu", {{Conv}} }""";
        var picture = NhwcMap.Ramp(rows, columns, 3, 0.1);

        var found = Run(Single("Conv2D", layer, rows, columns, new([kernel, kernel, 3 / groups, 6], weights), new([6], bias)), picture);

        AssertClose(picture.Same(kernel, stride, rate).Convolved(weights, bias, kernel, 6, stride, rate, groups).Each(value => Math.Max(value, 0)), found);
    }

    [Fact]
    public void A_depthwise_convolution_has_a_multiplier()
    {
        var weights = NhwcMap.Numbers(3 * 3 * 3 * 2);
        var picture = NhwcMap.Ramp(5, 6, 3, 0.1);

        var found = Run(Single("DepthwiseConv2D", $$"""{ "use_bias": false, "groups": 1, "dilation_rate": [2, 2], "depth_multiplier": 2, {{Conv}} }""", 5, 6, new KerasWeight([3, 3, 3, 2], weights)), picture);

        AssertClose(picture.Same(3, 1, 2).Depthwise(weights, 3, 2, 1, 2), found);
    }

    [Fact]
    public void A_norm_behind_a_value_that_others_read_is_not_folded()
    {
        var model = $$"""
            [["InputLayer", "image", [], { "batch_shape": [null, 4, 4, 3] }],
             ["Conv2D", "conv", ["image"], { "use_bias": false, {{Conv}} }],
             ["Dropout", "dropout", ["conv"], {}],
             ["BatchNormalization", "norm", ["dropout"], { "scale": false, "epsilon": 0.5 }],
             ["Add", "sum", ["conv", "norm"], {}]]
            """;
        var (weights, picture) = (NhwcMap.Numbers(9), NhwcMap.Ramp(4, 4, 3, 0.2));
        var network = Network(model, new()
        {
            ["conv"] = [new([1, 1, 3, 3], weights)],
            ["norm"] = [new([3], [1, 2, 3]), new([3], [0.5f, 0.25f, 0]), new([3], [0.5f, 3.5f, 8.5f])],
        });

        var convolved = picture.Convolved(weights, [0, 0, 0], 1, 3, 1, 1, 1);
        var normed = convolved.PerChannel([1, 0.5, 1 / 3.0], [0.5, 1.875, 3]);
        AssertClose(convolved.Zip(normed, (a, b) => a + b), Run(network, picture));
    }

    [Theory]
    [InlineData("Rescaling", """{ "scale": 0.5, "offset": [-1, 0, 1] }""", "c0*0.5-1")]
    [InlineData("Multiply", "{}", "square")]
    [InlineData("Activation", """{ "activation": "sigmoid" }""", "sigmoid")]
    [InlineData("Activation", """{ "activation": { "class_name": "function", "config": "relu6" } }""", "relu6")]
    [InlineData("ReLU", """{ "negative_slope": 0.25 }""", "leaky")]
    [InlineData("ReLU", """{ "max_value": null }""", "relu")]
    [InlineData("Activation", """{ "activation": "swish" }""", "swish")]
    public void Elementwise_layers_do_what_their_words_say(string layer, string config, string rule)
    {
        var picture = NhwcMap.Ramp(3, 4, 3, 1.5);
        var inputs = layer == "Multiply" ? "[\"image\", \"image\"]" : "[\"image\"]";

        var found = Run(Network($$"""[["InputLayer", "image", [], { "batch_shape": [null, 3, 4, 3] }], ["{{layer}}", "layer", {{inputs}}, {{config}}]]""", []), picture);

        AssertClose(rule switch
        {
            "c0*0.5-1" => picture.PerChannel([0.5, 0.5, 0.5], [-1, 0, 1]),
            "square" => picture.Each(value => value * value),
            "sigmoid" => picture.Each(value => 1 / (1 + Math.Exp(-value))),
            "relu6" => picture.Each(value => Math.Clamp(value, 0, 6)),
            "leaky" => picture.Each(value => value < 0 ? value / 4 : value),
            "relu" => picture.Each(value => Math.Max(value, 0)),
            _ => picture.Each(value => value / (1 + Math.Exp(-value))),
        }, found);
    }

    [Fact]
    public void Axes_are_those_of_Keras_in_softmax_reshape_and_concatenate()
    {
        var model = """
            [["InputLayer", "image", [], { "batch_input_shape": [null, 4, 6, 3] }],
             ["Concatenate", "rows", ["image", "image"], { "axis": 1 }],
             ["Reshape", "cells", ["rows"], { "target_shape": [-1, 3] }],
             ["Softmax", "chances", ["cells"], { "axis": -1 }],
             ["Reshape", "map", ["chances"], { "target_shape": [6, 8, 3] }]]
            """;
        var picture = NhwcMap.Ramp(4, 6, 3, 0.3);

        var found = Run(Network(model, []), picture);

        var twice = new NhwcMap(6, 8, 3, [.. picture.Values, .. picture.Values]).Each(Math.Exp);
        AssertClose(twice with { Values = [.. twice.Values.Select((value, i) => value / twice.Values.Skip(i / 3 * 3).Take(3).Sum())] }, found);
    }

    [Theory]
    [InlineData("bilinear")]
    [InlineData("nearest")]
    public void Resizing_has_half_pixel_centres(string interpolation)
    {
        var picture = NhwcMap.Ramp(3, 4, 3, 0.3);

        var found = Run(Single("Resizing", $$"""{ "height": 7, "width": 10, "interpolation": "{{interpolation}}" }""", 3, 4), picture);

        AssertClose(interpolation == "bilinear" ? picture.Bilinear(7, 10) : picture.Nearest(7, 10), found);
    }

    private static NhwcMap Tiny(NhwcMap picture)
    {
        var stem = Norm(picture.Same(3, 2, 1).Convolved(NhwcMap.Numbers(108), new float[4], 3, 4, 2, 1, 1), 0.5).Each(value => Math.Clamp(value, 0, 6));
        var features = Norm(stem.Padded(0, 1, 0, 1).Depthwise(NhwcMap.Numbers(36), 3, 1, 2, 1), 0.25).Each(value => Math.Max(value, 0));
        var pooled = new NhwcMap(1, 1, 4, [.. Enumerable.Range(0, 4).Select(c => features.Values.Where((_, i) => i % 4 == c).Average())]);
        var spread = pooled.Convolved(NhwcMap.Numbers(8), NhwcMap.Numbers(2), 1, 2, 1, 1, 1).Nearest(2, 3);
        var joined = new NhwcMap(2, 3, 6, [.. Enumerable.Range(0, 6).SelectMany(i => features.Values.Skip(i * 4).Take(4).Concat(spread.Values.Skip(i * 2).Take(2)))]);
        return joined.Convolved(NhwcMap.Numbers(18), NhwcMap.Numbers(3), 1, 3, 1, 1, 1).Bilinear(8, 12);
    }

    private static NhwcMap Norm(NhwcMap map, double more)
    {
        var numbers = NhwcMap.Numbers(4);
        double[] factors = [.. numbers.Select(v => (1 + v / 4 + more) / Math.Sqrt(1 + Math.Abs(v) + 0.001))];
        return map.PerChannel(factors, [.. numbers.Select((v, i) => v - v / 2 * factors[i])]);
    }

    private static ImportedNetwork Single(string layer, string config, int rows, int columns, params KerasWeight[] weights) =>
        Network($$"""[["InputLayer", "image", [], { "batch_shape": [null, {{rows}}, {{columns}}, 3] }], ["{{layer}}", "layer", ["image"], {{config}}]]""", new() { ["layer"] = weights });

    private static ImportedNetwork Network(string layers, Dictionary<string, KerasWeight[]> weights)
    {
        var model = KerasModelReader.Read("test", Encoding.UTF8.GetBytes(KerasText.Functional(layers)));
        return KerasImport.Convert(model, new GivenWeights(weights), new("test"), new() { Name = "test" }, new());
    }

    private static NhwcMap Run(ImportedNetwork network, NhwcMap picture)
    {
        using var session = new InferenceSession(network.Graph.Build().ToByteArray());
        using var input = OrtValue.CreateTensorValueFromMemory(picture.ToPlanes(), [1, picture.Channels, picture.Rows, picture.Columns]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [network.Input.Name], [input], [network.Graph.Graph.Output[0].Name]);
        return NhwcMap.OfPlanes(outputs[0].GetTensorTypeAndShape().Shape, outputs[0].GetTensorDataAsSpan<float>());
    }

    private static void AssertClose(NhwcMap expected, NhwcMap found)
    {
        Assert.Equal((expected.Rows, expected.Columns, expected.Channels), (found.Rows, found.Columns, found.Channels));
        for (var i = 0; i < expected.Values.Length; i++) Assert.Equal(expected.Values[i], found.Values[i], 2e-5);
    }

    private sealed class GivenWeights(Dictionary<string, KerasWeight[]> weights) : IKerasWeights
    {
        public IReadOnlyList<KerasWeight> Of(KerasLayer layer) => [.. weights.GetValueOrDefault(layer.Name, []).Select(weight => weight with { Values = [.. weight.Values] })];
    }
}
