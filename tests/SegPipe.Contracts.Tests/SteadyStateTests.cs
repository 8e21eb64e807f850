using System.Diagnostics;
using SegPipe.Testing;

namespace SegPipe;

public sealed class SteadyStateTests(Xunit.Abstractions.ITestOutputHelper output)
{
    /// <summary>In a process of its own, as the definition asks; unoptimised code allocates by nature.</summary>
    [SkippableFact]
    public async Task Nothing_is_allocated_a_frame_while_nothing_changes()
    {
        var program = Path.Combine(SharedFolder.Repository, "artifacts", "bin", "SegPipe.Benchmarks", "release", "SegPipe.Benchmarks.dll");
        Skip.If(AppContext.BaseDirectory.Contains("debug", StringComparison.Ordinal), "Allocations are measured on release builds.");
        using var child = Process.Start(new ProcessStartInfo("dotnet", [program, "allocations"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

        var said = await child.StandardOutput.ReadToEndAsync() + await child.StandardError.ReadToEndAsync();
        await child.WaitForExitAsync();

        output.WriteLine(said);
        Assert.True(child.ExitCode == 0, said);
    }
}
