using SegPipe.Models.Import.TfLite;
using SegPipe.Testing.TfLite;

namespace SegPipe.Models.Tests.Import.TfLite;

/// <summary>What the reader takes in, and what it refuses with the place of the damage.</summary>
public sealed class TfLiteReaderTests
{
    [Fact]
    public void Tensors_and_operators_come_as_they_are_written()
    {
        var model = TfLiteReader.Read(SmallNetwork.Write(TfLiteFile.Int8), "net.tflite");

        Assert.Equal(["CONV_2D", "SPACE_TO_BATCH_ND", "DEPTHWISE_CONV_2D", "BATCH_TO_SPACE_ND", "ADD", "AVERAGE_POOL_2D", "RESIZE_BILINEAR", "CONCATENATION", "CONV_2D", "RESIZE_BILINEAR", "ARG_MAX"],
            model.Operators.Select(op => op.Name));
        var weights = model.Tensors[model.Operators[0].Inputs[1]];
        Assert.Equal([4, 3, 3, 3], weights.Shape);
        Assert.Equal([0.01f, 0.011f, 0.012f, 0.013f], weights.Quantisation!.Scales);
        Assert.Equal(0, weights.Quantisation.Axis);
        Assert.Equal(0, model.Tensors[model.Operators[0].Outputs[0]].Zero);
        Assert.Equal("written by a test", model.Description);
    }

    [Fact]
    public void A_range_without_a_scale_is_no_quantisation()
    {
        var file = new TfLiteFile();
        var input = file.Value(TfLiteFile.Float32, [1, 2, 2, 3]);

        Assert.Null(TfLiteReader.Read(file.Write([input], [input]), "net.tflite").Tensors[input].Quantisation);
    }

    [Fact]
    public void A_free_batch_is_one()
    {
        var file = new TfLiteFile();
        var input = file.Value(TfLiteFile.Float32, [-1, 2, 2, 3]);

        Assert.Equal([1, 2, 2, 3], TfLiteReader.Read(file.Write([input], [input]), "net.tflite").Tensors[input].Shape);
    }

    [Fact]
    public void A_file_that_ends_early_is_refused_at_every_length()
    {
        var whole = SmallNetwork.Write();
        for (var length = 8; length < whole.Length - 4; length += 61) Refused(whole[..length], "offset");
    }

    [Fact]
    public void Another_version_is_refused() => Refused(new TfLiteFile().Write([], [], version: 2), "the format's version is 2");

    [Fact]
    public void Operators_in_the_wrong_order_are_refused()
    {
        var file = new TfLiteFile();
        var (a, b, c) = (file.Value(TfLiteFile.Float32, [1]), file.Value(TfLiteFile.Float32, [1]), file.Value(TfLiteFile.Float32, [1]));
        file.Operator(19, [b], [c]).Operator(19, [a], [b]);

        Refused(file.Write([a], [c]), "RELU reads tensor 1 before anything makes it");
    }

    [Fact]
    public void A_circle_of_operators_is_refused()
    {
        var file = new TfLiteFile();
        var (a, b) = (file.Value(TfLiteFile.Float32, [1]), file.Value(TfLiteFile.Float32, [1]));
        file.Operator(0, [a, b], [b]);

        Refused(file.Write([a], [b]), "before anything makes it");
    }

    [Theory]
    [InlineData(float.NaN, 0, "a scale is not above zero")]
    [InlineData(-1f, 0, "a scale is not above zero")]
    [InlineData(1f, 256, "zero point 256 is outside 0–255")]
    public void Scales_and_zero_points_out_of_range_are_refused(float scale, long zero, string message)
    {
        var file = new TfLiteFile();
        var input = file.Value(TfLiteFile.UInt8, [1], scale, zero);

        Refused(file.Write([input], [input]), message);
    }

    [Fact]
    public void Tiny_scales_are_none()
    {
        var file = new TfLiteFile();
        var input = file.Value(TfLiteFile.Int8, [1], 3.67e-9f);

        Assert.Equal(3.67e-9f, TfLiteReader.Read(file.Write([input], [input]), "net.tflite").Tensors[input].Scale);
    }

    [Fact]
    public void A_shape_beyond_all_memory_is_refused()
    {
        var file = new TfLiteFile();
        var input = file.Value(TfLiteFile.Float32, [65536, 65536, 65536]);

        Refused(file.Write([input], [input]), "impossible shape");
    }

    [Fact]
    public void A_constant_with_too_few_bytes_is_refused()
    {
        var file = new TfLiteFile();
        file.Constant(TfLiteFile.Float32, [3], new float[2]);

        Refused(file.Write([], []), "stores 8 bytes for 3 elements of 4");
    }

    [Fact]
    public void Tables_that_share_what_they_point_to_do_not_unfold_without_end()
    {
        var file = new TfLiteFile();
        var input = file.Value(TfLiteFile.Float32, [1, 2, 2, 3]);

        Refused(file.Repeat(input, 200_000).Write([input], [input]), "over and over");
    }

    private static void Refused(byte[] bytes, string message)
    {
        var error = Assert.Throws<SegPipeException>(() => TfLiteReader.Read(bytes, "net.tflite"));
        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("offset", error.Message, StringComparison.Ordinal);
    }
}
