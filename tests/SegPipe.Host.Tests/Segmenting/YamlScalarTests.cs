using FsCheck;
using FsCheck.Fluent;
using SegPipe.Configuration;
using SegPipe.Host.Segmenting;

namespace SegPipe.Host.Tests.Segmenting;

public sealed class YamlScalarTests
{
    [Theory]
    [InlineData("drive.mp4", "drive.mp4")]
    [InlineData("/a/b-c_d.mp4", "/a/b-c_d.mp4")]
    [InlineData("null", "\"null\"")]
    [InlineData("12", "\"12\"")]
    [InlineData("${HOME}", "\"$${HOME}\"")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("", "\"\"")]
    public void Only_what_needs_quotes_gets_them(string text, string yaml) => Assert.Equal(yaml, YamlScalar.Of(text));

    [Fact]
    public void Every_text_reads_back_as_itself()
    {
        var texts = Gen.ArrayOf(Gen.Elements("ab~#:{}[]&*!|>'\"%@`$\\ -?,.0\t\u00e4\u2028\ud83d\ude80".EnumerateRunes().Select(r => r.ToString()).ToArray()))
            .Select(parts => string.Concat(parts)).Where(text => text.Length > 0 && text == text.Trim());

        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            var yaml = $"version: 1\nname: {YamlScalar.Of(text)}\nsources: {{ a: {{ type: street }} }}\nsinks: {{ b: {{ type: null, from: a.picture }} }}\n";
            var read = PipelineReader.Read(new("p.yaml", yaml), new() { Catalog = BuildComponents.Catalog, Level = ValidationLevel.Topology });
            Assert.True(read.Succeeded, string.Join('\n', read.Problems));
            Assert.Equal(text, read.Definition!.Name);
        }).QuickCheckThrowOnFailure();
    }
}
