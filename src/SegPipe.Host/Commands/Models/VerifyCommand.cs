using System.CommandLine;
using SegPipe.Models;
using SegPipe.Stages.Inference;

namespace SegPipe.Host.Commands.Models;

/// <summary><c>segpipe models verify</c>: holds a model's card against its graph and runs it once.</summary>
internal static class VerifyCommand
{
    public static Command Create(HostConsole console)
    {
        var model = new Argument<string>("PATH|NAME") { Description = "An ONNX file, or the name of a model that came with the program." };
        var command = new Command("verify", "Check a model: its card, its graph, one inference on a picture of noise.") { model };
        command.SetAction(parsed =>
        {
            var path = ModelCatalog.Find(parsed.GetRequiredValue(model));
            var file = ModelFile.Load(path);
            var run = new NetworkCheck().Run(path);
            var facts = new TextTable();
            facts.Add("model", $"{path} ({file.Bytes:N0} bytes)");
            facts.Add("sha256", file.Sha256);
            facts.Add("card", "agrees with the graph");
            facts.Add("run", ImportText.Describe(run));
            foreach (var line in facts.Lines()) console.Out.WriteLine(line);
            return 0;
        });
        return command;
    }
}
