using System.Text.Json;
using SegPipe.Configuration;
using static SegPipe.Tests.Configuration.TestComponents;

namespace SegPipe.Tests.Configuration;

public sealed class ProblemWriterTests
{
    private const string Bad = "sources:\n  a: { type: street, crf: 23 }\nsinks:\n  o: { type: null, from: a.picture, edge: drop_to_keyframe }\n";

    [Fact]
    public void Text_has_the_position_the_line_a_caret_run_advice_and_a_count()
    {
        Assert.Equal(
            """
            p.yaml:2:22: error SP1004: unknown key `crf` in source `a` (street); `encode` (stage) has such an option
                2 |   a: { type: street, crf: 23 }
                  |                      ^^^
               = allowed here: type, fps, cache
            p.yaml:4:43: error SP1110: `drop_to_keyframe` is for packets, but source `a` (street) puts out picture
                4 |   o: { type: null, from: a.picture, edge: drop_to_keyframe }
                  |                                           ^^^^^^^^^^^^^^^^
               = use `drop_oldest` or `latest`
            2 errors in 1 file (0.08 s)

            """,
            Written(ProblemFormat.Text, Read(Bad)));
    }

    [Fact]
    public void Several_files_are_counted_together()
    {
        const string Warned = "sources: { a: { type: street } }\nstages: { b: { type: encode, from: a.picture } }\nsinks: { o: { type: null, from: a.labels } }\n";

        Assert.EndsWith("2 errors, 1 warning in 2 files (0.08 s)\n", Written(ProblemFormat.Text, Read(Bad), Read(Warned)));
        Assert.Equal("nothing wrong in 1 file (0.08 s)\n", Written(ProblemFormat.Text, Read(PipelineReaderTests.Whole)));
    }

    [Fact]
    public void Json_holds_the_same()
    {
        using var document = JsonDocument.Parse(Written(ProblemFormat.Json, Read(Bad)));

        Assert.Equal(2, document.RootElement.GetProperty("errors").GetInt32());
        var first = document.RootElement.GetProperty("findings")[0];
        Assert.Equal(("p.yaml", 2, 22, "error", "SP1004"), (first.GetProperty("file").GetString(), first.GetProperty("line").GetInt32(),
            first.GetProperty("column").GetInt32(), first.GetProperty("severity").GetString(), first.GetProperty("code").GetString()));
    }

    [Fact]
    public void Annotations_are_one_line_each_with_everything_escaped()
    {
        var lines = Written(ProblemFormat.Github, PipelineReader.Read(new("a,b:c.yaml", Bad), Settings())).Split('\n');

        Assert.Equal("::error file=a%2Cb%3Ac.yaml,line=2,col=22,endColumn=25,title=SP1004::unknown key `crf` in source `a` (street); `encode` (stage) has such an option%0Aallowed here: type, fps, cache", lines[0]);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void Secrets_are_masked_in_quoted_lines_and_carets_stay_in_place()
    {
        var text = Written(ProblemFormat.Text, Read("sources: { r: { type: rtsp, url: u, password: hunter22, crf: 1 } }\nsinks: { o: { type: null, from: r } }\n"));

        Assert.DoesNotContain("hunter22", text);
        var lines = text.Split('\n');
        Assert.Equal(lines[1].IndexOf("crf", StringComparison.Ordinal), lines[2].IndexOf('^', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sources: { r: { type: rtspp, url: \"rtsp://me:hunter22@h/1\", pasword: letmein1 } }\n")]
    [InlineData("sources: { r: { type: rtsp, url: rtsp://me:hunter22@h/1, password: 'letmein1' } ]\n")]
    public void Secrets_are_masked_where_they_could_not_be_read(string yaml)
    {
        var text = Written(ProblemFormat.Text, Read(yaml));

        Assert.Contains("***", text);
        Assert.DoesNotContain("hunter22", text);
        Assert.DoesNotContain("letmein1", text);
    }

    private static string Written(ProblemFormat format, params PipelineReadResult[] results)
    {
        using var output = new StringWriter();
        ProblemWriter.Write(output, format, results, TimeSpan.FromSeconds(0.08));
        return output.ToString();
    }
}
