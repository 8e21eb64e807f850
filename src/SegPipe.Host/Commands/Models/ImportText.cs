using SegPipe.Models.Import;

namespace SegPipe.Host.Commands.Models;

/// <summary>An import's report for people.</summary>
internal static class ImportText
{
    /// <summary>One line a fact.</summary>
    public static IEnumerable<string> Lines(ImportResult result, TimeSpan elapsed)
    {
        var (card, report, facts) = (result.Model.Card, result.Report, new TextTable());
        facts.Add("model", $"{result.Model.Path} ({result.Model.Bytes:N0} bytes)");
        facts.Add("from", $"{card.Source} ({result.Container}), family {card.Family}");
        facts.Add("operators", report.Operators.Count == 0 ? "-" : $"{report.Operators.Values.Sum()}: " + string.Join(", ", report.Operators.OrderByDescending(o => o.Value).ThenBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key} {o.Value}")));
        facts.Add("parameters", $"{report.Parameters:N0}");
        facts.Add("quantisation", report.Quantisation ?? "none");
        facts.Add("cut", report.Cut.Count == 0 ? "nothing" : string.Join(", ", report.Cut));
        facts.Add("input", InspectCommand.Describe(card.Input));
        facts.Add("output", InspectCommand.Describe(card));
        facts.Add("class names", report.ClassNames ?? "-");
        facts.Add("graph", $"{result.Model.Graph.Operators.Sum(o => o.Count)} nodes, opset {result.Model.Graph.Opset}");
        facts.Add("first run", Describe(result.Check));
        facts.Add("time", $"{elapsed.TotalSeconds:0.0} s");
        return facts.Lines();
    }

    /// <summary>A first run in one line.</summary>
    public static string Describe(CheckedRun run) =>
        $"loaded in {run.Load.TotalMilliseconds:0} ms, inference {run.Inference.TotalMilliseconds:0} ms, all values finite, {run.Classes} classes won a cell on a picture of noise";
}
