using SegPipe.Frames;
using SegPipe.Models.Import.TensorFlow;

namespace SegPipe.Models.Tests.Import.TensorFlow;

/// <summary>TensorFlow's SAME padding.</summary>
public sealed class WindowTests
{
    [Theory]
    [InlineData(512, 3, 2, 1, 0, 1, 256)]
    [InlineData(512, 5, 2, 1, 1, 2, 256)]
    [InlineData(513, 3, 2, 1, 1, 1, 257)]
    [InlineData(225, 3, 2, 1, 1, 1, 113)]
    [InlineData(32, 3, 1, 18, 18, 18, 32)]
    [InlineData(15, 3, 1, 21, 21, 21, 15)]
    [InlineData(7, 2, 1, 1, 0, 1, 7)]
    [InlineData(7, 1, 3, 1, 0, 0, 3)]
    public void Same_padding_puts_the_larger_half_behind(int size, int kernel, int stride, int rate, int begin, int end, int result)
    {
        var window = Window.Same(kernel, stride, rate);
        Assert.Equal(new Margins(begin, begin, end, end), window.MarginsFor(new(size, size)));
        Assert.Equal(new PictureSize(result, result), window.After(new(size, size)));
    }

    [Fact]
    public void A_kernel_that_does_not_fit_has_no_place()
    {
        var window = new Window(3, 3, RateX: 4, Margins: new(0, 0, 0, 0));
        Assert.Equal(new PictureSize(0, 6), window.After(new(8, 8)));
    }
}
