using System.CommandLine;
using SegPipe.Host.Running;

namespace SegPipe.Host.Commands;

/// <summary><c>segpipe demo</c>: segments the demonstration clip.</summary>
internal static class DemoCommand
{
    public static Command Create(HostConsole console, GlobalOptions globals)
    {
        var (set, options) = (RunOptions.Set(), new RunOptions(console, globals));
        var command = new Command("demo", "Segment the demonstration clip into out/.") { set, options.Report, options.ShutdownTimeout };
        command.SetAction(async (parsed, _) =>
        {
            var home = SegPipe.Home.Folder();
            // The pipeline names its inputs as they lie in the checkout; the program may be called from anywhere.
            string[] inputs = [$"sources.drive.path={Path.Combine(home, "assets", "street.mp4")}", $"models.street.path={Path.Combine(home, "assets", "street-tiny.onnx")}"];
            var loader = new PipelineLoader(console) { Overrides = [.. inputs, .. parsed.GetRequiredValue(set)] };
            var definitions = loader.ReadFiles([Path.Combine(home, "pipelines", "demo.yaml")]);
            var code = await new PipelineRunner(console, options.Settings(parsed)).RunAsync(definitions).ConfigureAwait(false);
            if (code == ExitCode.Done)
            {
                foreach (var (sink, path) in definitions.SelectMany(OutputPaths.Of))
                    console.Note($"wrote {Path.GetFullPath(path)} ({sink.Descriptor.Name})");
            }
            return (int)code;
        });
        return command;
    }
}
