using System.Text.RegularExpressions;
using SegPipe.Testing;

namespace SegPipe;

public sealed partial class TestLifetimeTests
{
    [Fact]
    public void No_test_relies_on_an_interface_that_its_runner_never_calls()
    {
        // xunit 2 disposes of IDisposable and IAsyncLifetime alone; what a test would find out in its DisposeAsync is not found out otherwise.
        var never = Directory.EnumerateFiles(Path.Combine(SharedFolder.Repository, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Where(f => OnlyAsync().IsMatch(File.ReadAllText(f))).Select(Path.GetFileName);

        Assert.Empty(never);
    }

    [GeneratedRegex(@"^public sealed (partial )?class \w+Tests\b[^\n{]*\bIAsyncDisposable\b", RegexOptions.Multiline)]
    private static partial Regex OnlyAsync();
}
