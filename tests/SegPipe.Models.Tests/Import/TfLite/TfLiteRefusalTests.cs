using SegPipe.Models.Import;
using SegPipe.Models.Import.TfLite;
using SegPipe.Models.Import.TfLite.Arithmetic;
using SegPipe.Models.Onnx;
using SegPipe.Testing;
using SegPipe.Testing.TfLite;

namespace SegPipe.Models.Tests.Import.TfLite;

/// <summary>Sound files whose operators do not fit together, and what a forged file could spend time on.</summary>
public sealed class TfLiteRefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TfLiteFile _file = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Widened_weights_of_another_shape_are_refused()
    {
        var (input, weights, output) = (Picture(), _file.Value(TfLiteFile.Float32, [1, 1, 1, 3]), _file.Value(TfLiteFile.Float32, [1, 2, 2, 1]));
        _file.Operator(6, [_file.Constant(TfLiteFile.Float16, [2], new Half[2])], [weights]).Operator(3, [input, weights], [output], (1, 1), (2, 1));

        Refused(input, output, "DEQUANTIZE makes 2 values for the 3 of tensor 1");
    }

    [Fact]
    public void Scales_along_another_axis_than_the_channels_are_refused()
    {
        var (input, output) = (_file.Value(TfLiteFile.Int8, [1, 2, 2, 3], 0.1f), _file.Value(TfLiteFile.Int8, [1, 2, 2, 2], 0.1f));
        var weights = _file.Constant(TfLiteFile.Int8, [2, 1, 1, 3], new sbyte[6], [0.1f, 0.2f, 0.3f], new long[3], axis: 3);
        _file.Operator(3, [input, weights], [output], (1, 1), (2, 1));

        Refused(input, output, "CONV_2D has weights with scales along axis 3");
    }

    [Fact]
    public void A_shuffle_without_an_input_is_refused()
    {
        var (input, apart, turned, back) = (Picture(), Picture(), Picture(), Picture());
        _file.Operator(22, [], [apart]).Operator(39, [apart, _file.Integers(0, 1, 3, 2)], [turned]).Operator(22, [turned], [back]);

        Refused(input, back, "RESHAPE has 0 inputs");
    }

    [Fact]
    public void A_padding_without_an_input_is_refused()
    {
        var (input, padded, output) = (Picture(), Picture(), Picture());
        _file.Operator(34, [-1, SmallNetwork.Pads(_file, 0, 0, 0, 0)], [padded]).Operator(4, [padded, input], [output]);

        Refused(input, output, "PAD has 2 inputs");
    }

    [Fact]
    public void A_custom_operator_is_named_in_one_line()
    {
        var (input, output) = (Picture(), Picture());
        _file.Operator(32, "Two\nlines" + new string('x', 1000), [input], [output]);

        Refused(input, output, ": Two?lines" + new string('x', 71) + " is not supported");
    }

    [Fact]
    public void Operators_that_nobody_reads_go_with_the_head_that_they_read()
    {
        var (input, large, spare, best) = (Picture(), _file.Value(TfLiteFile.Float32, [1, 4, 4, 3]), _file.Value(TfLiteFile.Float32, [1, 4, 4, 3]), _file.Value(TfLiteFile.Int64, [1, 4, 4]));
        var stem = Picture();
        _file.Operator(19, [input], [stem]).Operator(23, [stem, _file.Integers(4, 4)], [large]).Operator(19, [large], [spare]).Operator(56, [large, _file.Integers(3)], [best]);

        Assert.Equal(["Relu"], Import(input, best).Graph.Graph.Node.Select(node => node.OpType));
    }

    [Fact]
    public void One_scale_runs_along_no_axis()
    {
        var input = _file.Constant(TfLiteFile.Int8, [1], new sbyte[] { 3 }, [0.5f], [1], axis: -65536);

        var tensor = TfLiteReader.Read(_file.Write([input], [input]), "net.tflite").Tensors[input];

        Assert.Equal([1f], ConstantReader.Floats(tensor)!);
    }

    [Fact]
    public void More_channels_than_networks_have_are_not_searched_for_a_fast_way()
    {
        var conversion = new TfLiteConversion(TfLiteReader.Read(_file.Write([], []), "net.tflite"), new OnnxGraphBuilder("net"), ImportPrecision.Int8);
        ChannelRequantisation[] few = [.. Enumerable.Repeat(new ChannelRequantisation(FixedPoint.Of(0.01), 0, (0, 1000), (0, 255)), 20_000)];

        Assert.Equal(RequantisationForm.Offset, conversion.Way(few, 0, centred: true).Form);
        Assert.Equal(RequantisationForm.Double, conversion.Way(few, 0, centred: true).Form);
    }

    private int Picture() => _file.Value(TfLiteFile.Float32, [1, 2, 2, 3]);

    private ImportedNetwork Import(int input, int output)
    {
        File.WriteAllBytes(_folder["net.tflite"], _file.Write([input], [output]));
        return new TfLiteImporter().Import(new(_folder["net.tflite"]), new() { Name = "net", Precision = ImportPrecision.Int8 }, new());
    }

    private void Refused(int input, int output, string message)
    {
        var error = Assert.Throws<SegPipeException>(() => Import(input, output));
        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
