using SegPipe.Configuration;

namespace SegPipe.Contracts.Tests;

public sealed class MistakesTests
{
    [Fact]
    public void A_misspelt_type_an_unknown_id_and_a_misspelt_key_are_found_in_one_go()
    {
        const string Yaml = "version: 1\nsources:\n  a: { type: video_fil, path: x.mp4 }\nstages:\n  b: { type: decode, from: aa }\n  c: { type: resize, form: b }\nsinks:\n  d: { type: null, from: b }\n";
        var result = PipelineReader.Read(new("bad.yaml", Yaml), new() { Catalog = ShippedCatalog.Catalog });

        using var output = new StringWriter();
        ProblemWriter.Write(output, ProblemFormat.Text, [result], TimeSpan.Zero);

        var lines = output.ToString().Split('\n').Where(l => l.StartsWith("bad.yaml:", StringComparison.Ordinal)).Select(l => l[..l.IndexOf(' ', StringComparison.Ordinal)]);
        Assert.Superset(new HashSet<string> { "bad.yaml:3:14:", "bad.yaml:5:28:", "bad.yaml:6:22:" }, lines.ToHashSet());
    }
}
