using SegPipe.Host.Evaluation;

namespace SegPipe.Host.Tests.Evaluation;

public sealed class ConfusionMatrixTests
{
    [Fact]
    public void Figures_are_those_counted_by_hand()
    {
        var matrix = new ConfusionMatrix(4);

        matrix.Add([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 2]);

        Assert.Equal(2.0 / 3, matrix.Iou(0));
        Assert.Equal(1.0 / 3, matrix.Iou(1));
        Assert.Equal(1.0 / 2, matrix.Iou(2));
        Assert.Null(matrix.Iou(3));
        Assert.Equal((2.0 / 3 + 1.0 / 3 + 1.0 / 2) / 3, matrix.MeanIou!.Value, 12);
        Assert.Equal(4.0 / 6, matrix.PixelAccuracy);
    }

    [Fact]
    public void A_class_that_only_the_network_sees_lowers_others_but_not_the_count_of_classes()
    {
        var matrix = new ConfusionMatrix(3);

        matrix.Add([0, 0], [0, 2]);

        Assert.Equal(0.5, matrix.MeanIou);
        Assert.Null(matrix.Iou(2));
        Assert.Equal(1, matrix.GivenPixels(2));
    }

    [Fact]
    public void Pixels_without_a_true_class_are_passed_over()
    {
        var matrix = new ConfusionMatrix(2);

        matrix.Add([0, 255, 2, 1], [0, 1, 1, 1]);

        Assert.Equal(2, matrix.Pixels);
        Assert.Equal(1, matrix.MeanIou);
    }

    [Fact]
    public void A_pixel_that_was_given_no_class_is_wrong()
    {
        var matrix = new ConfusionMatrix(2);

        matrix.Add([0, 0], [0, 255]);

        Assert.Equal(0.5, matrix.PixelAccuracy);
        Assert.Equal(0.5, matrix.Iou(0));
    }

    [Fact]
    public void Frames_count_together_and_not_each_for_itself()
    {
        var matrix = new ConfusionMatrix(2);

        matrix.Add([0, 0, 0, 0], [0, 0, 0, 0]);
        matrix.Add([0, 1, 1, 1], [1, 1, 1, 1]);

        Assert.Equal(2, matrix.Frames);
        Assert.Equal((4.0 / 5 + 3.0 / 4) / 2, matrix.MeanIou!.Value, 12);
    }

    [Fact]
    public void Nothing_counted_gives_no_figure()
    {
        Assert.Null(new ConfusionMatrix(2).MeanIou);
        Assert.Null(new ConfusionMatrix(2).PixelAccuracy);
    }
}
