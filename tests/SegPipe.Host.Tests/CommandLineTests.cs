using System.CommandLine;
using SegPipe.Testing;

namespace SegPipe.Host.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task The_help_names_every_command_once_and_gives_two_examples()
    {
        var help = (await Cli.RunAsync("--help")).Expect(ExitCode.Done).Out;

        using var console = new HostConsole { Out = TextWriter.Null, Error = TextWriter.Null };
        var commands = CommandLine.Create(console, new()).Subcommands.Select(c => c.Name).Order();
        Assert.Equal(commands, RootHelp.Groups.SelectMany(g => g.Commands).Order());
        Assert.Equal(2, help.Split('\n').Count(line => line.StartsWith("  segpipe ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_a_command_the_help_is_shown() =>
        Assert.Equal((await Cli.RunAsync("--help")).Out, (await Cli.RunAsync()).Expect(ExitCode.Done).Out);

    [Fact]
    public async Task What_stands_behind_two_dashes_is_no_option() =>
        Assert.Contains("--sett:1:1", (await Cli.RunAsync("run", "--", "--sett")).Expect(ExitCode.InputMissing).Error);

    [Fact]
    public async Task The_version_is_that_of_the_assembly()
    {
        var result = (await Cli.RunAsync("--version")).Expect(ExitCode.Done);

        Assert.StartsWith(typeof(Program).Assembly.GetName().Version!.ToString(3), result.Out);
    }

    [Fact]
    public async Task Every_command_has_help_of_its_own_that_states_a_default_once()
    {
        using var console = new HostConsole { Out = TextWriter.Null, Error = TextWriter.Null };
        foreach (var path in Paths(CommandLine.Create(console, new()), []))
        {
            var help = (await Cli.RunAsync([.. path, "--help"])).Expect(ExitCode.Done).Out;

            Assert.Contains($"segpipe {string.Join(' ', path)}", help);
            Assert.DoesNotMatch(@"(?m)\[default: .*\[default: ", help);
        }

        static IEnumerable<string[]> Paths(Command command, string[] path) =>
            command.Subcommands.SelectMany(c => Paths(c, [.. path, c.Name]).Prepend([.. path, c.Name]));
    }

    [Theory]
    [InlineData("vaildate", "did you mean `validate`?")]
    [InlineData("validate x.yaml --deny-warning", "did you mean `--deny-warnings`?")]
    [InlineData("run", "segpipe run --help")]
    [InlineData("models", "segpipe models --help")]
    [InlineData("run x.yaml --sett a=b", "did you mean `--set`?")]
    [InlineData("graph one.yaml two.yaml", "'two.yaml'")]
    [InlineData("validate x.yaml --format xml", "xml")]
    [InlineData("segment x.mp4 --mode vim", "vim")]
    [InlineData("segment x.mp4 --opacity much", "much")]
    public async Task A_wrong_command_line_is_answered_in_two_lines_with_64(string line, string part) =>
        (await Cli.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Fails(ExitCode.Usage, part);

    [Fact]
    public async Task Verbose_counts_its_repetitions()
    {
        var quiet = await Cli.RunAsync("models", "inspect", "nowhere.onnx");
        var loud = await Cli.RunAsync("models", "inspect", "nowhere.onnx", "-vv");

        quiet.Fails(ExitCode.InputMissing, "nowhere.onnx");
        loud.Expect(ExitCode.InputMissing);
        Assert.Contains("   at SegPipe", loud.Error);
    }
}
