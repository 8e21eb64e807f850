using System.Text.RegularExpressions;
using SegPipe.Host.Cluster;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests;

public sealed partial class KubernetesFilesTests
{
    private const int DefaultShutdownSeconds = 60, Margin = 5;

    private static readonly string Folder = Path.Combine(SharedFolder.Repository, "deploy/kubernetes");

    [Theory]
    [InlineData("workers.yaml")]
    [InlineData("streams.yaml")]
    public async Task What_a_manifest_starts_exists_and_ends_before_it_is_killed(string file)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));
        var help = (await ProgramChild.RunAsync(Folder, "worker", "--help")).Expect(ExitCode.Done).Out;

        var options = Option().Matches(Argument().Match(text).Groups["list"].Value).Select(m => m.Value).Except(["--log-format"]).ToList();

        Assert.NotEmpty(options);
        Assert.All(options, option => Assert.Contains(option, help, StringComparison.Ordinal));
        Assert.True(int.Parse(Grace().Match(text).Groups["seconds"].Value, System.Globalization.CultureInfo.InvariantCulture) > DefaultShutdownSeconds + Margin);
        Assert.Contains($"[default: {DefaultShutdownSeconds}]", help, StringComparison.Ordinal);
    }

    [Fact]
    public void The_scaler_counts_queues_that_there_are()
    {
        var cpu = new Topology("cpu");

        var counted = Queue().Matches(File.ReadAllText(Path.Combine(Folder, "scaling.yaml"))).Select(m => m.Groups["name"].Value);

        Assert.Equal(new[] { cpu.SegmentsQueue, cpu.HighQueue, Topology.JobsQueue, Topology.JoinsQueue }.Order(), counted.Order());
    }

    [Theory]
    [InlineData("workers.yaml", 2)]
    [InlineData("streams.yaml", 1)]
    [InlineData("scaling.yaml", 2)]
    public void Each_file_is_YAML(string file, int documents)
    {
        var read = File.ReadAllText(Path.Combine(Folder, file)).Split("\n---\n").Select(YamlAsJson.Read).ToList();

        Assert.Equal(documents, read.Count);
        Assert.All(read, d => Assert.NotNull(d!["kind"]));
    }

    [GeneratedRegex(@"args: \[(?<list>[^\]]*)\]")]
    private static partial Regex Argument();

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex(@"terminationGracePeriodSeconds: (?<seconds>\d+)")]
    private static partial Regex Grace();

    [GeneratedRegex(@"queueName: (?<name>[a-z0-9.]+)")]
    private static partial Regex Queue();
}
