using System.Reflection;

namespace SegPipe;

public sealed class DependenciesTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["SegPipe.Core"] = [],
        ["SegPipe.Models"] = ["SegPipe.Core"],
        ["SegPipe.Sources"] = ["SegPipe.Core"],
        ["SegPipe.Sinks"] = ["SegPipe.Core"],
        ["SegPipe.Stages"] = ["SegPipe.Core", "SegPipe.Models", "SegPipe.OnnxRuntime"],
    };

    [Fact]
    public void Dependencies_point_one_way()
    {
        foreach (var (name, allowed) in Allowed)
        {
            var references = Assembly.Load(name).GetReferencedAssemblies()
                .Select(r => r.Name!).Where(r => r.StartsWith("SegPipe.", StringComparison.Ordinal));

            Assert.Empty(references.Except(allowed));
        }
    }

    [Fact]
    public void The_core_knows_neither_networks_nor_web_servers_nor_command_lines()
    {
        string[] strangers = ["Microsoft.ML", "Microsoft.AspNetCore", "System.CommandLine", "Spectre"];

        var references = Assembly.Load("SegPipe.Core").GetReferencedAssemblies().Select(r => r.Name!);

        Assert.DoesNotContain(references, r => strangers.Any(s => r.StartsWith(s, StringComparison.Ordinal)));
    }
}
