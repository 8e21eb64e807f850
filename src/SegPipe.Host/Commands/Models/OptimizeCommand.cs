using System.CommandLine;
using SegPipe.Models;
using SegPipe.Models.Quantise;
using SegPipe.Stages.Inference;

namespace SegPipe.Host.Commands.Models;

/// <summary><c>segpipe models optimize</c>: rewrites a float model so that ONNX Runtime computes the same in less time.</summary>
internal static class OptimizeCommand
{
    public static Command Create(HostConsole console)
    {
        var model = new Argument<string>("PATH|NAME") { Description = "A float model: an ONNX file, or the name of one that came with the program." };
        var target = new Option<string>("--out", "-o") { HelpName = "NAME.onnx", Description = "The model to be written.", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace an older model of that name." };
        var command = new Command("optimize", "Rewrite a float model so that it computes the same in less time.") { model, target, force };
        command.SetAction(parsed =>
        {
            var file = ModelFile.Load(ModelCatalog.Find(parsed.GetRequiredValue(model)));
            var path = parsed.GetRequiredValue(target);
            ModelTarget.Require(path, file.Path, parsed.GetValue(force), "optimised");
            foreach (var line in Facts(new ModelOptimisation(new NetworkCheck(), new NetworkRuns()).Run(file, path)).Lines()) console.Out.WriteLine(line);
            return 0;
        });
        return command;
    }

    private static TextTable Facts(OptimisationResult result)
    {
        var facts = new TextTable();
        facts.Add("model", $"{result.Model.Path} ({result.Model.Bytes:N0} bytes)");
        facts.Add("graph", $"{result.Model.Graph.Operators.Sum(op => op.Count)} nodes, of {result.Nodes}; {result.Spread} factors of channels spread over their cells");
        facts.Add("difference", $"{100 * result.Difference:0.0000} % of the largest score at most, on a picture of noise");
        facts.Add("first run", ImportText.Describe(result.Check));
        return facts;
    }
}
