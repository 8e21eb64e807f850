using System.CommandLine;
using SegPipe.Configuration;
using SegPipe.Host.Running;

namespace SegPipe.Host.Commands;

/// <summary><c>segpipe validate</c>: finds what <c>run</c> would refuse, and runs nothing.</summary>
internal static class ValidateCommand
{
    public static Command Create(HostConsole console)
    {
        var files = new Argument<string[]>("FILE") { Arity = ArgumentArity.OneOrMore, Description = "Pipelines in YAML." };
        var format = TypedOption.Word<ProblemFormat>("--format", "Form of the findings.");
        var level = TypedOption.OptionalWord<ValidationLevel>("--level", "How far to check; each level includes those before it, probe opens the inputs. [default: environment]");
        var deny = new Option<bool>("--deny-warnings") { Description = "Fail where there are warnings." };
        var (set, root, open) = (RunOptions.Set(), RunOptions.OutputRoot(), RunOptions.InsecureNoAuth());
        var command = new Command("validate", "Check pipelines: every finding at once, with its place and what was meant.") { files, format, level, deny, set, root, open };
        command.SetAction(async (parsed, abort) =>
        {
            var started = console.Time.GetTimestamp();
            var loader = new PipelineLoader(console) { Overrides = parsed.GetRequiredValue(set), OutputRoot = parsed.GetValue(root), InsecureNoAuth = parsed.GetValue(open), Level = parsed.GetValue(level) ?? ValidationLevel.Environment };
            var results = loader.Results(parsed.GetRequiredValue(files));
            long?[] held = [];
            if (loader.Level == ValidationLevel.Probe)
            {
                var probed = await Task.WhenAll(results.Select(r => PipelineProbe.ProbeAsync(r, console, abort))).ConfigureAwait(false);
                (results, held) = ([.. probed.Select(p => p.Read)], [.. probed.Select(p => p.Bytes)]);
            }
            if (parsed.GetValue(format) == ProblemFormat.Text)
                foreach (var (read, bytes) in results.Zip(held).Where(p => p.Second is not null)) console.Out.WriteLine($"{read.Text.File}: edges and stages can hold {ByteSize.Format(bytes!.Value)} of frames");
            ProblemWriter.Write(console.Out, parsed.GetValue(format), results, console.Time.GetElapsedTime(started));
            var code = PipelineLoader.CodeOf(results);
            return (int)(code == ExitCode.Done && parsed.GetValue(deny) && ProblemWriter.Count(results, Severity.Warning) > 0 ? ExitCode.Configuration : code);
        });
        return command;
    }
}
