using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SegPipe.Configuration;
using SegPipe.Processes;
using SegPipe.Testing;

namespace SegPipe.Core.Tests.Processes;

public sealed class ChildProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Bytes_go_through_a_child_and_back_while_both_pipes_are_full()
    {
        using var child = Start("exec cat", input: true, output: true);
        var sent = new byte[5_000_003];
        new Random(7).NextBytes(sent);
        var writer = new Thread(() =>
        {
            child.Input.Write(sent);
            child.CloseInput();
        });
        writer.Start();

        var received = new MemoryStream();
        child.Output.CopyTo(received);
        writer.Join();

        child.ThrowIfFailed();
        Assert.Equal(sent, received.ToArray());
    }

    [Fact]
    public void A_disposed_child_leaves_no_end_of_a_pipe_open()
    {
        var child = Start("echo x; exec cat", input: true, output: true);
        Assert.Equal('x', child.Output.ReadByte());
        // Beside its own three, it may have inherited one of the test's.
        var pipes = Pipes(child.Id, "[0-2]");
        Assert.Equal(3, pipes.Intersect(Pipes(Environment.ProcessId)).Count());

        child.Dispose();

        Assert.Empty(pipes.Intersect(Pipes(Environment.ProcessId)));
    }

    [Fact]
    public void Arguments_are_not_read_by_a_shell()
    {
        using var child = ChildProcess.Start(
            new("printf", ["%s\n", "a b", "$(id)", "'\"", "*"]), new() { Role = "probe", HasOutput = true });

        Assert.Equal("a b\n$(id)\n'\"\n*\n", new StreamReader(child.Output).ReadToEnd());
    }

    [Fact]
    public void The_environment_is_not_handed_on()
    {
        Environment.SetEnvironmentVariable("SEGPIPE_TEST_SECRET", "hidden");
        using var child = Start("env", output: true);

        var text = new StreamReader(child.Output).ReadToEnd();

        Assert.Contains("PATH=", text);
        Assert.DoesNotContain("hidden", text);
    }

    [Fact]
    public void A_write_to_a_child_that_has_ended_throws_its_own_error_and_the_exit_tells_why()
    {
        using var child = Start("echo 'no such codec' >&2; exit 3", input: true, output: true);

        Assert.Throws<ChildInputClosedException>(() =>
        {
            for (var i = 0; i < 100; i++)
                child.Input.Write(new byte[1 << 20]);
        });

        var error = Assert.Throws<ChildProcessException>(child.ThrowIfFailed);
        Assert.Equal(3, error.ChildExitCode);
        Assert.Equal("FFmpeg (probe) ended with exit code 3: no such codec.", error.Message);
        Assert.Equal(ExitCode.PipelineFailed, error.Code);
    }

    [Fact]
    public void A_flood_of_messages_keeps_the_last_fifty_lines_and_blocks_nothing()
    {
        using var child = Start("i=0; while [ $i -lt 20000 ]; do echo \"line $i of many, many, many\" >&2; i=$((i+1)); done; head -c 100000 /dev/zero >&2");

        Assert.Equal(0, child.WaitForExit());

        Assert.Equal(50, child.ErrorLines.Count);
        Assert.StartsWith("line 19951 ", child.ErrorLines[0], StringComparison.Ordinal);
        Assert.InRange(child.ErrorLines[^1].Length, 1, 2000);
    }

    [Fact]
    public void Secrets_are_replaced_by_value_wherever_they_stand()
    {
        using var child = ChildProcess.Start(
            new("sh", ["-c", "echo \"rtsp://gate:Welcome123@host; did you mean file:Welcome123?\" >&2; exit 1"]),
            new() { Role = "fetch", Secrets = ["Welcome123", "Welcome", ""] });

        var error = Assert.Throws<ChildProcessException>(child.ThrowIfFailed);

        Assert.Equal(["rtsp://gate:***@host; did you mean file:***?"], error.ErrorLines);
        Assert.DoesNotContain("Welcome", error.Message);
    }

    [Fact]
    public void Addresses_in_messages_are_left_out()
    {
        using var child = Start("echo '[h264 @ 0x55bc744eeb80] no frame!' >&2");
        child.WaitForExit();

        Assert.Equal(["[h264] no frame!"], child.ErrorLines);
    }

    [Theory]
    [InlineData("sleep 1000", false, true)]
    [InlineData("sleep 1000", true, false)]
    [InlineData("exec >&-; sleep 1000", false, true)]
    [InlineData("trap '' INT TERM; while :; do sleep 1000; done", true, true)]
    public void A_child_that_owes_us_something_and_does_not_move_is_killed_with_its_descendants(string script, bool input, bool output)
    {
        using var child = Start(script, input, output, stall: TimeSpan.FromMilliseconds(200));
        if (input)
            child.CloseInput();
        if (output)
            Assert.Equal(0, child.Output.Read(new byte[1]));

        var error = Assert.Throws<ChildProcessException>(child.ThrowIfFailed);

        Assert.Contains("made no progress for 200 ms and was killed", error.Message);
        Assert.Equal(137, error.ChildExitCode);
    }

    [Fact]
    public async Task What_a_killed_child_has_left_behind_ends_with_it()
    {
        // The shell between them has ended, so that the sleeper is nobody's child; it holds the pipes of output and messages.
        var command = Sandbox.Detect(SandboxMode.Off).Wrap(new("/bin/sh", ["-c", "(sleep 60 &); exec sleep 60"]), new());
        using var child = ChildProcess.Start(command, new() { Role = "probe", HasOutput = true, StallTimeout = TimeSpan.FromMilliseconds(500) });

        Assert.Equal(0, await Task.Run(() => child.Output.Read(new byte[1])).WaitAsync(Patience));

        Assert.Throws<ChildProcessException>(child.ThrowIfFailed);
        Assert.NotNull(child.KillReason);
    }

    [Fact]
    public void A_child_that_does_not_read_is_killed_when_its_pipe_is_full()
    {
        using var child = Start("sleep 1000", input: true, stall: TimeSpan.FromMilliseconds(200));

        Assert.Throws<ChildInputClosedException>(() => child.Input.Write(new byte[4 << 20]));

        Assert.NotNull(child.KillReason);
    }

    [Fact]
    public void A_child_that_waits_for_us_is_left_alone()
    {
        var time = new ManualTime();
        using var child = ChildProcess.Start(
            new("cat", []), new() { Role = "probe", HasInput = true, HasOutput = true, StallTimeout = TimeSpan.FromSeconds(1), Time = time });
        child.Input.Write("x"u8);
        Assert.Equal(1, child.Output.Read(new byte[10]));

        for (var i = 0; i < 100; i++)
            time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(child.KillReason);
        Assert.False(child.HasExited);
    }

    [Fact]
    public void A_stop_ends_a_child_without_input_by_an_interrupt()
    {
        using var child = Start("trap 'echo stopped; exit 0' INT; echo ready; while :; do :; done", output: true);
        var lines = new StreamReader(child.Output);
        Assert.Equal("ready", lines.ReadLine());

        child.RequestStop();

        Assert.Equal("stopped", lines.ReadLine());
        Assert.Equal(0, child.WaitForExit());
    }

    [Fact]
    public void A_kill_ends_the_whole_tree_and_keeps_the_first_reason()
    {
        using var child = Start("sleep 1000 & echo $!; wait", output: true);
        var grandchild = int.Parse(new StreamReader(child.Output).ReadLine()!, CultureInfo.InvariantCulture);

        child.Kill("first");
        child.Kill("second");

        Assert.Equal(137, child.WaitForExit());
        Assert.Equal("first", child.KillReason);
        Assert.True(SpinWait.SpinUntil(() => IsGone(grandchild), Patience));
    }

    [Theory]
    [InlineData("Off")]
    [InlineData("Auto")]
    public void A_killed_parent_leaves_no_orphan(string sandbox)
    {
        using var parent = Process.Start(new ProcessStartInfo(FakeFfmpeg.Program, ["parent", "0", "/usr/bin/sleep", sandbox, "1000"])
        {
            RedirectStandardOutput = true,
        })!;
        var child = int.Parse(parent.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        Assert.True(SpinWait.SpinUntil(() => ProcessTree.Leaves(child).Any(IsSleep), Patience));
        var sleep = ProcessTree.Leaves(child).First(IsSleep);

        parent.Kill();

        Assert.True(SpinWait.SpinUntil(() => IsGone(child) && IsGone(sleep), Patience));

        static bool IsSleep(int process) => ReadOrEmpty($"/proc/{process}/comm") == "sleep\n";
    }

    [Fact]
    public void Cpu_time_and_peak_memory_of_the_tree_are_known_after_its_end()
    {
        using var child = Start("dd if=/dev/zero bs=60M count=8 2>/dev/null | cat; echo; exec sleep 0.01", output: true);
        child.Output.CopyTo(Stream.Null);
        child.WaitForExit();

        Assert.InRange(child.Usage.CpuSeconds, 0.02, 60);
        Assert.InRange(child.Usage.PeakResidentBytes, 1 << 20, 1L << 30);
    }

    [Fact]
    public void The_pipes_hold_a_mebibyte()
    {
        using var child = Start("sleep 1000", input: true);

        // Would block for ever in a pipe of the usual 64 KiB.
        child.Input.Write(new byte[1 << 20]);

        Assert.Null(child.KillReason);
    }

    [Fact]
    public void A_program_that_is_not_there_is_a_typed_error()
    {
        var error = Assert.Throws<ChildProcessException>(() => ChildProcess.Start(new("/nowhere/ffmpeg", []), new() { Role = "decode" }));

        Assert.Contains("could not be started", error.Message);
    }

    [Fact]
    public void A_watchdog_that_is_late_finds_a_disposed_child_ended()
    {
        var child = Start("exec sleep 60", output: true);
        child.Dispose();

        child.Kill("late");

        Assert.True(child.HasExited);
        Assert.Equal("the run ended", child.KillReason);
    }

    [Fact]
    public void Moving_bytes_allocates_nothing()
    {
        using var child = Start("exec cat", input: true, output: true);
        var sent = new byte[100_000];
        var received = new byte[100_000];
        // Code that is compiled anew in between allocates once; what moving costs, it costs in every round.
        Assert.Equal(0, Enumerable.Range(0, 6).Min(_ => Round()));

        long Round()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 50; i++)
                Move();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Move()
        {
            child.Input.Write(sent);
            child.Output.ReadExactly(received.AsSpan());
        }
    }

    private static ChildProcess Start(string script, bool input = false, bool output = false, TimeSpan? stall = null) => ChildProcess.Start(
        new("sh", ["-c", script]),
        new() { Role = "probe", HasInput = input, HasOutput = output, StallTimeout = stall ?? Patience });

    private static HashSet<string> Pipes(int process, string handles = ".*") =>
    [
        .. Directory.GetFileSystemEntries($"/proc/{process}/fd").Where(handle => Regex.IsMatch(Path.GetFileName(handle), $"^{handles}$")).Select(handle =>
        {
            try
            {
                return File.ResolveLinkTarget(handle, returnFinalTarget: false)?.Name ?? "";
            }
            catch (IOException)
            {
                // Closed by another test in the meantime.
                return "";
            }
        }).Where(name => name.StartsWith("pipe:", StringComparison.Ordinal)),
    ];

    private static bool IsGone(int process)
    {
        var stat = ReadOrEmpty($"/proc/{process}/stat");
        return stat.Length == 0 || stat.Contains(") Z ", StringComparison.Ordinal);
    }

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.ASCII);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
