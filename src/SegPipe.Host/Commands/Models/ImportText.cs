using SegPipe.Configuration;
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
        facts.Add("input", ModelsCommand.Describe(card.Input));
        facts.Add("output", $"{card.Output.Kind} {card.Output.Size}, {card.Classes.Count} classes, ".ToLowerInvariant() + SnakeCase.Of(card.Output.Coordinates.ToString()));
        facts.Add("graph", $"{result.Model.Graph.Operators.Sum(o => o.Count)} nodes, opset {result.Model.Graph.Opset}");
        facts.Add("first run", $"loaded in {result.Check.Load.TotalMilliseconds:0} ms, inference {result.Check.Inference.TotalMilliseconds:0} ms, values finite, {result.Check.Classes} classes won cells of a random picture");
        facts.Add("time", $"{elapsed.TotalSeconds:0.0} s");
        return facts.Lines();
    }
}
