using SegPipe.Host.Evaluation;

namespace SegPipe.Host.Tests.Evaluation;

public sealed class PgmReaderTests
{
    [Fact]
    public void Pictures_follow_each_other_in_their_own_sizes()
    {
        var reader = Of("P5\n2 1\n255\nabP5\n1 3\n255\ncde");
        byte[] pixels = [];

        Assert.Equal(new(2, 1), reader.Read(ref pixels));
        Assert.Equal("ab"u8.ToArray(), pixels[..2]);
        Assert.Equal(new(1, 3), reader.Read(ref pixels));
        Assert.Equal("cde"u8.ToArray(), pixels[..3]);
        Assert.Null(reader.Read(ref pixels));
    }

    [Theory]
    [InlineData("P6\n2 1\n255\nabcdef")]
    [InlineData("P5\n2 1\n65535\nabcd")]
    [InlineData("P5\n0 1\n255\n")]
    public void Something_else_is_refused(string text)
    {
        byte[] pixels = [];

        Assert.Throws<InvalidDataException>(() => Of(text).Read(ref pixels));
    }

    [Fact]
    public void A_picture_that_is_cut_short_is_refused()
    {
        byte[] pixels = [];

        Assert.Throws<EndOfStreamException>(() => Of("P5\n2 2\n255\nabc").Read(ref pixels));
    }

    private static PgmReader Of(string text) => new(new MemoryStream(System.Text.Encoding.Latin1.GetBytes(text)));
}
