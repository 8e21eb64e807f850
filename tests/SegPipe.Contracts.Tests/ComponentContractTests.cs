using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Host;
using SegPipe.Testing;

namespace SegPipe;

/// <summary>What every component owes, checked for all that are in the catalogue.</summary>
public sealed class ComponentContractTests
{
    public static TheoryData<string> All => [.. BuildComponents.Catalog.All.Select(Name)];

    /// <summary>All but those that need somebody at the other end; RtspSinkTests runs the sink's example with a server.</summary>
    public static TheoryData<string> Runnable => [.. BuildComponents.Catalog.All.Where(d => !d.Live && !d.Network).Select(Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void Word_class_and_file_agree_and_the_options_are_in_the_same_file(string name)
    {
        var component = Find(name);
        var project = $"SegPipe.{component.Kind}s";

        var file = Path.Combine(SharedFolder.Repository, "src", project, component.ComponentType.Name + ".cs");

        Assert.True(File.Exists(file), $"{file} is missing");
        var text = File.ReadAllText(file);
        Assert.Contains($"class {component.ComponentType.Name}", text, StringComparison.Ordinal);
        Assert.Contains($"record {component.OptionsType.Name}", text, StringComparison.Ordinal);
        Assert.True(component.ComponentType.IsSealed, $"{component.ComponentType} is not sealed");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Component_and_every_option_are_described(string name)
    {
        var component = Find(name);

        Assert.NotEmpty(BuildComponents.Docs.Summary(component.ComponentType));
        Assert.NotEmpty(BuildComponents.Docs.Example(component.ComponentType)!);
        foreach (var option in OptionDescriptor.Of(component.OptionsType))
            Assert.False(string.IsNullOrWhiteSpace(BuildComponents.Docs.Summary(option)), $"{name}: {option.Name} is not described");
    }

    [Theory]
    [MemberData(nameof(Runnable))]
    public async Task The_documented_example_runs_twice_with_the_same_bytes_and_a_balanced_ledger(string name)
    {
        var component = Find(name);
        using var first = new ExampleRun(component);
        using var second = new ExampleRun(component);

        await first.RunAsync();
        await second.RunAsync();

        Assert.NotEmpty(first.Output);
        Assert.Equal(first.Output, second.Output);
    }

    private static string Name(ComponentDescriptor component) => $"{component.Kind}/{component.Name}".ToLowerInvariant();

    private static ComponentDescriptor Find(string name) => BuildComponents.Catalog.All.Single(d => Name(d) == name);
}
