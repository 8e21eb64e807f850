using SegPipe.Configuration;
using SegPipe.Testing;
using static SegPipe.Tests.Configuration.TestComponents;

namespace SegPipe.Tests.Configuration;

public sealed class InterpolationTests
{
    [Theory]
    [InlineData("${HOST}", "cam1")]
    [InlineData("rtsp://${HOST}/${PORT:-554}", "rtsp://cam1/554")]
    [InlineData("${EMPTY:-x}", "x")]
    [InlineData("a${EMPTY}b", "ab")]
    [InlineData("$$HOME $x $${HOST}", "$HOME $x ${HOST}")]
    [InlineData("${HOST:?say where}", "cam1")]
    [InlineData("${QUOTES}", "[a, {b: #c")]
    [InlineData("${output.dir}/x", "/srv/out/x")]
    public void Variables_are_filled_in_as_text(string written, string expected)
    {
        var result = PipelineReader.Read(new("p.yaml", Camera(written)), Settings(environment: [("HOST", "cam1"), ("EMPTY", ""), ("QUOTES", "[a, {b: #c")]) with { OutputRoot = "/srv/out" });

        Assert.Empty(result.Problems);
        Assert.Equal(expected, Url(result));
    }

    [Theory]
    [InlineData("${HOSTS}", "1:35 SP1021 variable `HOSTS` is not set; did you mean `HOST`?")]
    [InlineData("x${NO:?name the camera}", "1:36 SP1021 variable `NO` is not set: name the camera")]
    [InlineData("${EMPTY:?name the camera}", "1:35 SP1021 variable `EMPTY` is not set: name the camera")]
    [InlineData("ab${HOST", "1:37 SP1022 `${` without `}`")]
    [InlineData("${}", "1:35 SP1022 `${}` cannot be read")]
    [InlineData("${a b}", "1:35 SP1022 `${a b}` cannot be read")]
    [InlineData("${output.dri}", "1:35 SP1021 unknown variable `output.dri`; did you mean `output.dir`?")]
    [InlineData("${stream.url}", "1:35 SP1021 `${stream.url}` means nothing here: there is no `streams`")]
    [InlineData("${input.path}", "1:35 SP1024 `${input.path}` means nothing here: no source reads a file")]
    [InlineData("${file:/nowhere/at/all}", "1:35 SP1023 `/nowhere/at/all` cannot be read: Could not find file '/nowhere/at/all'.")]
    public void What_cannot_be_filled_in_is_found_where_it_stands(string written, string expected)
    {
        var result = Read(Camera(written), ValidationLevel.Environment, ("HOST", "cam1"), ("EMPTY", ""));

        var problem = Assert.Single(result.Problems);
        Assert.Equal(expected, $"{problem.Position.Line}:{problem.Position.Column} {problem.Code} {problem.Message}");
    }

    [Fact]
    public void Below_the_level_of_the_environment_unset_variables_are_only_warned_of_and_not_judged()
    {
        var result = Read("sources: { s: { type: street, fps: \"${FPS}\" } }\nsinks: { o: { type: null, from: s.picture } }\n");

        Assert.Equal((Severity.Warning, "SP2005"), (Assert.Single(result.Problems).Severity, result.Problems[0].Code));
        Assert.NotNull(result.Definition);
    }

    [Fact]
    public void A_filled_in_value_is_converted_by_the_option()
    {
        const string Yaml = "sources: { f: { type: video_file, path: x, start: \"${AT}\" } }\nsinks: { o: { type: null, from: f } }\n";

        Assert.Equal(2.5, ((VideoFileSourceOptions)Read(Yaml, environment: ("AT", "2.5")).Definition!.Streams[0].Components[0].Options).Start);
        Assert.Equal("SP1010", Assert.Single(Read(Yaml, environment: ("AT", "soon")).Problems).Code);
    }

    [Fact]
    public void Comments_and_keys_are_left_alone()
    {
        Assert.Empty(Read("# ${NOT_SET}\n" + Camera("u") + "x-${ALSO_NOT}: 1\n", ValidationLevel.Environment).Problems);
    }

    [Fact]
    public void The_contents_of_a_secret_file_are_never_shown()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["key"], "c4n4ry:p@ss\n");

        var result = Read(Camera($"rtsp://cam:${{file:{folder["key"]}}}@host/1"));

        Assert.Equal("rtsp://cam:c4n4ry:p@ss@host/1", Url(result));
        Assert.Equal("rtsp://***@host/1: refused (***, ***)", result.Secrets.Redact("rtsp://cam:c4n4ry:p@ss@host/1: refused (c4n4ry:p@ss, c4n4ry%3Ap%40ss)"));
    }

    [Fact]
    public void The_input_is_that_of_the_command_line_where_it_names_one()
    {
        const string Yaml = "sources: { f: { type: video_file, path: \"${input.path}\" } }\nsinks: { o: { type: video_file, from: f, path: \"${output.dir}/${input.stem}.mkv\" } }\n";

        var result = PipelineReader.Read(new("p.yaml", Yaml), Settings() with { InputPath = "/in/drive.2.mp4", OutputRoot = "/out" });

        Assert.Equal("/in/drive.2.mp4", ((VideoFileSourceOptions)result.Definition!.Streams[0].Components[0].Options).Path);
        Assert.Equal("/out/drive.2.mkv", ((FileSinkOptions)result.Definition.Streams[0].Components[1].Options).Path);
        Assert.Contains(Read(Yaml).Problems, p => p.Code == "SP1024");
    }

    [Theory]
    [InlineData("${OUT}/x.mp4")]
    [InlineData("${input.dir}/x.mp4")]
    public void An_output_does_not_begin_with_a_variable(string path)
    {
        var result = Read($"sources: {{ f: {{ type: video_file, path: a }} }}\nsinks: {{ o: {{ type: video_file, from: f, path: \"{path}\" }} }}\n", environment: ("OUT", "/etc"));

        Assert.Equal("SP1204", Assert.Single(result.Problems).Code);
    }

    [Fact]
    public void Short_secrets_are_masked_only_as_words()
    {
        var secrets = new SecretSet();
        secrets.Add("ab");

        Assert.Equal("cab *** ab1 (***)", secrets.Redact("cab ab ab1 (ab)"));
    }

    private static string Camera(string url) => $"sources: {{ c: {{ type: rtsp, url: \"{url}\" }} }}\nsinks: {{ o: {{ type: null, from: c }} }}\n";

    private static string Url(PipelineReadResult result) => ((RtspOptions)result.Definition!.Streams[0].Components[0].Options).Url;
}
