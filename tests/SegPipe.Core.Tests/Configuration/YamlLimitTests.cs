using System.Text;
using static SegPipe.Tests.Configuration.TestComponents;

namespace SegPipe.Tests.Configuration;

public sealed class YamlLimitTests
{
    [Fact]
    public void Deep_nesting_is_refused()
    {
        Assert.Equal("SP1006", Assert.Single(Read($"x-a: {new string('[', 5000)}{new string(']', 5000)}\n").Problems).Code);
    }

    [Fact]
    public void An_alias_bomb_is_refused()
    {
        var text = new StringBuilder("x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++) text.Append($"x-a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");

        Assert.Equal("SP1006", Assert.Single(Read(text.ToString()).Problems).Code);
    }

    [Fact]
    public void A_long_text_is_refused()
    {
        Assert.Equal("SP1006", Assert.Single(Read(new string('#', 2_000_000)).Problems).Code);
    }

    [Fact]
    public void An_alias_to_what_it_stands_in_is_refused()
    {
        Assert.Equal("no anchor `&a` stands before this alias", Assert.Single(Read("x-a: &a { b: *a }\n").Problems).Message);
    }
}
