using System.CommandLine;
using SegPipe.Host.Running;

namespace SegPipe.Host.Commands;

/// <summary><c>segpipe run</c>: runs pipelines side by side.</summary>
internal static class RunCommand
{
    public static Command Create(HostConsole console, GlobalOptions globals)
    {
        var file = new Argument<string[]>("FILE") { Arity = ArgumentArity.OneOrMore, Description = "Pipelines in YAML; all run in this process, side by side." };
        var (set, root, open, options) = (RunOptions.Set(), RunOptions.OutputRoot(), RunOptions.InsecureNoAuth(), new RunOptions(console, globals));
        var command = new Command("run", "Run pipelines; the exit code is the worst of theirs.") { file, set, root, options.Report, options.ShutdownTimeout, open };
        command.SetAction(async (parsed, _) =>
        {
            var files = parsed.GetRequiredValue(file);
            PipelineLoader Loader() => new(console) { Overrides = parsed.GetRequiredValue(set), OutputRoot = parsed.GetValue(root), InsecureNoAuth = parsed.GetValue(open) };
            var settings = options.Settings(parsed) with { Reread = () => Loader().Results(files) };
            return (int)await new PipelineRunner(console, settings).RunAsync(Loader().ReadFiles(files)).ConfigureAwait(false);
        });
        return command;
    }
}
