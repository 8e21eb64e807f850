namespace SegPipe.Host.Tests;

public sealed class TextTableTests
{
    [Fact]
    public void Words_stand_left_and_numbers_right()
    {
        var table = new TextTable("name", "frames");
        table.Add("drive", "7");
        table.Add("a", "1200");

        Assert.Equal(["name   frames", "drive       7", "a        1200"], table.Lines());
    }

    [Fact]
    public void A_short_row_ends_without_blanks()
    {
        var table = new TextTable("one", "two");
        table.Add("x");

        Assert.Equal(["one  two", "x"], table.Lines());
    }
}
