using SegPipe.Configuration;
using SegPipe.Processes;
using SegPipe.Testing;

namespace SegPipe.Core.Tests.Processes;

public sealed class SandboxTests
{
    private static readonly Sandbox Detected = Sandbox.Detect(SandboxMode.Auto);

    [Fact]
    public void A_missing_bubblewrap_is_said_once_under_auto_an_error_under_required_and_nothing_under_off()
    {
        Assert.Contains("was not found", Sandbox.Detect(SandboxMode.Auto, "no-such-bwrap").Warning);
        var error = Assert.Throws<SegPipeException>(() => Sandbox.Detect(SandboxMode.Required, "no-such-bwrap"));
        Assert.Equal(ExitCode.Unavailable, error.Code);
        Assert.Null(Sandbox.Detect(SandboxMode.Off, "no-such-bwrap").Warning);
        Assert.False(Sandbox.Detect(SandboxMode.Off).IsConfining);
    }

    [Fact]
    public void A_bubblewrap_that_is_refused_is_told_with_its_message()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["bwrap"], "#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n");
        Tool.Run("chmod", "+x", folder["bwrap"]);

        Assert.Contains("No permissions to create new namespace", Sandbox.Detect(SandboxMode.Auto, folder["bwrap"]).Warning);
    }

    [SkippableFact]
    public void A_confined_child_sees_what_its_policy_names_and_nothing_else()
    {
        SkipUnlessConfining();
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["input"], "seen");
        File.WriteAllText(folder["other"], "hidden");
        File.WriteAllText(folder["output"], "");
        var script = $"cat {folder["input"]}; cat {folder["other"]} && echo LEAK; echo x > {folder["input"]} && echo LEAK; echo written > {folder["output"]};"
            + " ls /root /home && echo LEAK; cat /proc/net/route | wc -l; env | wc -l; exit 0";

        var (code, text) = Run(script, new() { Readable = [folder["input"]], Writable = [folder["output"]], FileBytes = 1 << 20 });

        Assert.Equal(0, code);
        Assert.StartsWith("seen", text, StringComparison.Ordinal);
        Assert.DoesNotContain("LEAK", text);
        Assert.DoesNotContain("hidden", text);
        Assert.Equal("seen", File.ReadAllText(folder["input"]));
        Assert.Equal("written\n", File.ReadAllText(folder["output"]));
    }

    [SkippableFact]
    public async Task Whose_program_is_killed_while_it_begins_ends_too()
    {
        SkipUnlessConfining();
        const int Kills = 60;
        var (random, mark) = (new Random(1), $"mark-{Guid.NewGuid():N}");
        var command = Detected.Wrap(new("/bin/sh", ["-c", "cat", mark]), new());
        for (var i = 0; i < Kills; i++)
        {
            // Its input is a pipe that ends with its program, as those of decoders and encoders are.
            using var program = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", "exec 3<&0; \"$@\" <&3 & echo begun; wait", "sh", command.Program, .. command.Arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            await program.StandardOutput.ReadLineAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(13)));
            program.Kill();
            program.StandardInput.Close();
        }

        await Patiently.UntilAsync(() =>
        {
            // In one of some thousand kills bubblewrap leaves its child behind, which the next program ends.
            AbandonedChildren.End();
            return RunningProcesses.Naming(mark).Count == 0;
        }, "nothing is left");
    }

    [Fact]
    public async Task What_waits_for_a_wrapper_that_is_gone_is_ended_and_what_has_one_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        File.Copy("/bin/sh", folder["bwrap"]);
        using var wrapper = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("setsid", ["/bin/sh", "-c", "exec 3<&0; \"$@\" <&3 & echo begun; wait", "sh", folder["bwrap"], "-c", "while read line; do echo $line; done", "sh", .. AbandonedChildren.Mark])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await wrapper.StandardOutput.ReadLineAsync();
        int Alive() => RunningProcesses.Naming(folder["bwrap"]).Count(id => RunningProcesses.CommandLine(id).StartsWith(folder["bwrap"], StringComparison.Ordinal));
        await Patiently.UntilAsync(() => Alive() == 1, "the child is there");

        AbandonedChildren.End();

        await wrapper.StandardInput.WriteLineAsync("alive");
        await wrapper.StandardInput.FlushAsync();
        Assert.Equal("alive", await wrapper.StandardOutput.ReadLineAsync());
        wrapper.Kill();
        await wrapper.WaitForExitAsync();
        // Other programs that begin now may be first.
        AbandonedChildren.End();
        await Patiently.UntilAsync(() => Alive() == 0, "nothing is left");
    }

    [SkippableFact]
    public void A_confined_child_has_no_network_unless_its_policy_says_so()
    {
        SkipUnlessConfining();
        const string Script = "tail -n +3 /proc/net/dev | wc -l";
        var host = File.ReadAllLines("/proc/net/dev").Length - 2;

        Assert.Equal("1\n", Run(Script, new()).Text);
        Assert.Equal($"{host}\n", Run(Script, new() { Network = true }).Text);
    }

    [Fact]
    public void Limits_hold_without_confinement_too()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["output"], "");
        var policy = new SandboxPolicy { Writable = [folder["output"]], FileBytes = 1000, AddressSpaceBytes = 1 << 30 };

        var (_, text) = Run($"ulimit -v; head -c 5000 /dev/zero > {folder["output"]}", policy, Sandbox.Detect(SandboxMode.Off));

        Assert.Equal("1048576\n", text);
        Assert.Equal(1000, new FileInfo(folder["output"]).Length);
    }

    [Theory]
    [InlineData(SandboxMode.Auto)]
    [InlineData(SandboxMode.Off)]
    public void A_child_is_in_a_session_of_its_own(SandboxMode mode)
    {
        var (_, text) = Run("cut -d' ' -f6 /proc/self/stat", new(), Sandbox.Detect(mode));

        Assert.NotEqual(File.ReadAllText("/proc/self/stat").Split(") ")[1].Split(' ')[3], text.Trim());
    }

    private static void SkipUnlessConfining() => Skip.IfNot(Detected.IsConfining, Detected.Warning ?? "bubblewrap does not work here");

    private static (int Code, string Text) Run(string script, SandboxPolicy policy, Sandbox? sandbox = null)
    {
        var command = (sandbox ?? Detected).Wrap(new("/bin/sh", ["-c", script]), policy);
        using var child = ChildProcess.Start(command, new() { Role = "probe", HasOutput = true });
        var text = new StreamReader(child.Output).ReadToEnd();
        return (child.WaitForExit(), text);
    }
}
