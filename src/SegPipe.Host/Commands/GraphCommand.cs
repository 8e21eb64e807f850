using System.CommandLine;
using SegPipe.Configuration;
using SegPipe.Host.Drawing;

namespace SegPipe.Host.Commands;

/// <summary><c>segpipe graph</c>: draws a pipeline.</summary>
internal static class GraphCommand
{
    public static Command Create(HostConsole console)
    {
        var file = new Argument<string>("FILE") { Description = "A pipeline in YAML." };
        var format = TypedOption.Word<DrawingFormat>("--format", "The language of the drawing.");
        var set = RunOptions.Set();
        var command = new Command("graph", "Draw a pipeline with the policy and capacity of each edge.") { file, format, set };
        command.SetAction(parsed =>
        {
            var loader = new PipelineLoader(console) { Overrides = parsed.GetRequiredValue(set), Level = ValidationLevel.Topology };
            var pipeline = loader.ReadFiles([parsed.GetRequiredValue(file)])[0];
            console.Out.Write(parsed.GetValue(format) == DrawingFormat.Dot ? GraphText.Dot(pipeline) : GraphText.Mermaid(pipeline));
            return 0;
        });
        return command;
    }
}
