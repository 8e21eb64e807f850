using System.Runtime.Versioning;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Http;

public sealed class HttpServerTests
{
    private const int Terminate = 15;

    [Fact]
    public async Task A_pipeline_with_http_says_where_it_is_served_and_that_it_is_ready()
    {
        using var folder = new TemporaryFolder();
        ServedPipelines.Endless(folder.Path);
        using var run = await ServedRun.StartAsync(folder.Path, "endless.yaml");

        await run.UntilAsync("readyz", body => body.Contains("\"ok\"", StringComparison.Ordinal));
        var verbose = await run.JsonAsync("readyz?verbose");
        var version = await run.JsonAsync("version");

        Assert.Equal("ok\n", await run.GetAsync("livez"));
        Assert.Equal(verbose.ToString(), (await run.JsonAsync("healthz?verbose")).ToString());
        var components = verbose.GetProperty("pipelines")[0].GetProperty("streams")[0].GetProperty("components").EnumerateArray();
        Assert.All(components, c => Assert.Equal("ok", c.GetProperty("condition").GetProperty("state").GetString()));
        Assert.Equal(VersionText.Version, version.GetProperty("version").GetString());
        Assert.Contains("\"$schema\"", await run.GetAsync("schema.json"), StringComparison.Ordinal);
        run.Program.Signal(Terminate);
        (await run.Program.EndAsync()).Expect(ExitCode.Done);
    }

    [Fact]
    public async Task Pipelines_that_name_the_same_address_share_a_listener()
    {
        using var folder = new TemporaryFolder();
        var port = FreePort.Find();
        ServedPipelines.Endless(folder.Path, "one.yaml", port);
        ServedPipelines.Endless(folder.Path, "two.yaml", port);
        using var run = await ServedRun.StartAsync(folder.Path, "one.yaml", "two.yaml");

        var pipelines = await run.UntilAsync("pipelines", body => body.Split("\"running\"").Length == 5);

        Assert.Contains("\"one\"", pipelines, StringComparison.Ordinal);
        Assert.Contains("\"two\"", pipelines, StringComparison.Ordinal);
        Assert.StartsWith("flowchart", await run.GetAsync("pipelines/two/graph?format=mermaid"), StringComparison.Ordinal);
        Assert.StartsWith("digraph", await run.GetAsync("pipelines/two/graph?format=dot"), StringComparison.Ordinal);
        Assert.Equal(404, (await run.SendAsync(HttpMethod.Get, "pipelines/three/graph")).Status);
        Assert.Equal(400, (await run.SendAsync(HttpMethod.Get, "pipelines/two/graph?format=png")).Status);
    }

    [Fact]
    public async Task A_page_that_had_its_own_name_point_to_this_machine_is_refused()
    {
        using var folder = new TemporaryFolder();
        ServedPipelines.Endless(folder.Path);
        using var run = await ServedRun.StartAsync(folder.Path, "endless.yaml");

        Assert.Equal(403, (await run.SendAsync(HttpMethod.Get, "pipelines", ("Host", "rebound.example"))).Status);
        Assert.Equal(200, (await run.SendAsync(HttpMethod.Get, "pipelines", ("Host", "localhost:1234"))).Status);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_an_error_before_anything_is_opened()
    {
        using var folder = new TemporaryFolder();
        var port = FreePort.Find();
        ServedPipelines.Endless(folder.Path, "one.yaml", port);
        using var run = await ServedRun.StartAsync(folder.Path, "one.yaml");

        var second = await ProgramChild.RunAsync(folder.Path, "run", "one.yaml");

        second.Fails(ExitCode.Unavailable, [$"127.0.0.1:{port}", "http: { listen:"]);
    }

    [Theory]
    [UnsupportedOSPlatform("windows")]
    [InlineData("listen: 0.0.0.0:0", "SP1115")]
    [InlineData("listen: 9464", "SP1114")]
    [InlineData("listen: camera:9464", "SP1114")]
    [InlineData("token_file: open", "SP1206")]
    [InlineData("token_file: empty", "SP1206")]
    public async Task What_would_be_open_to_others_is_refused_also_by_validate(string http, string code)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["open"], "secret");
        File.SetUnixFileMode(folder["open"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
        File.WriteAllText(folder["empty"], "");
        File.SetUnixFileMode(folder["empty"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        SmallPipelines.Write(folder.Path, "served.yaml", $$"""
            version: 1
            sources: { scene: { type: street, width: 64, height: 32, frames: 1 } }
            sinks: { gone: { type: null, from: scene.picture } }
            http: { {{http}} }
            """);

        var run = await ProgramChild.RunAsync(folder.Path, "run", "served.yaml");
        var check = await ProgramChild.RunAsync(folder.Path, "validate", "served.yaml");

        Assert.Contains(code, run.Expect(ExitCode.Configuration).Error, StringComparison.Ordinal);
        Assert.Contains(code, check.Expect(ExitCode.Configuration).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trusted_network_may_be_served_without_a_token_where_that_is_said()
    {
        using var folder = new TemporaryFolder();
        SmallPipelines.Write(folder.Path, "served.yaml", """
            version: 1
            sources: { scene: { type: street, width: 64, height: 32, frames: 1 } }
            sinks: { gone: { type: null, from: scene.picture } }
            http: { listen: "0.0.0.0:0" }
            """);

        (await ProgramChild.RunAsync(folder.Path, "run", "--insecure-no-auth", "served.yaml")).Expect(ExitCode.Done);
    }
}
