using SegPipe.Frames;
using SegPipe.Pictures;
using SegPipe.Testing;

namespace SegPipe.Core.Tests.Pictures;

public sealed class PaletteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cityscapes", 19, 13, "car", 0, 0, 142)]
    [InlineData("voc", 21, 15, "person", 192, 128, 128)]
    [InlineData("ade20k", 150, 2, "sky", 6, 230, 230)]
    public void Palettes_that_came_with_the_program_are_loaded_by_name(string name, int classes, int id, string word, byte r, byte g, byte b)
    {
        var palette = Palette.Load(name);

        Assert.Equal(name, palette.Name);
        Assert.Equal(classes, palette.Classes.Count);
        Assert.Equal(word, palette.Classes.Entries[id].Name);
        Assert.Equal((r, g, b), palette.Rgb[id]);
        Assert.Contains(name, Palette.Names());
    }

    [Fact]
    public void Default_colours_follow_the_rule_that_made_the_voc_palette()
    {
        Assert.All(Palette.Load("voc").Classes.Entries, entry => Assert.Equal(entry.Color, Palette.DefaultColor(entry.Id)));
    }

    [Fact]
    public void A_palette_is_loaded_by_path()
    {
        File.WriteAllText(_folder["two.json"], """{ "name": "two", "classes": [{ "id": 0, "name": "a", "color": "#010203" }, { "id": 1, "name": "b", "color": "#FFfe00" }] }""");

        Assert.Equal([(1, 2, 3), (255, 254, 0)], Palette.Load(_folder["two.json"]).Rgb.Select(c => ((int)c.R, (int)c.G, (int)c.B)));
    }

    [Theory]
    [InlineData("{ }")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{ "name": "x", "classes": [] }""")]
    [InlineData("""{ "name": "x", "classes": [{ "id": 1, "name": "a", "color": "#010203" }] }""")]
    [InlineData("""{ "name": "x", "classes": [{ "id": 0, "name": "a", "color": "red" }] }""")]
    [InlineData("""{ "name": "x", "classes": [{ "id": "0", "name": "a", "color": "#010203" }] }""")]
    public void A_file_that_is_no_palette_is_refused(string json)
    {
        File.WriteAllText(_folder["p.json"], json);

        Assert.Equal(ExitCode.Configuration, Assert.Throws<SegPipeException>(() => Palette.Load(_folder["p.json"])).Code);
    }

    [Fact]
    public void A_palette_that_is_not_there_is_answered_with_those_that_are()
    {
        var error = Assert.Throws<SegPipeException>(() => Palette.Load("citiscapes"));

        Assert.Equal(ExitCode.InputMissing, error.Code);
        foreach (var name in (string[])["ade20k, ", "cityscapes, ", "voc"]) Assert.Contains(name, error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_table_with_a_colour_that_is_none_makes_no_palette()
    {
        Assert.Throws<SegPipeException>(() => Palette.Of("x", new ClassTable([new ClassEntry(0, "a", "#12345")])));
    }
}
