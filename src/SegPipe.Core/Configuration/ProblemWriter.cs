using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SegPipe.Configuration;

/// <summary>Forms that findings are written in.</summary>
public enum ProblemFormat
{
    /// <summary>For people and editors: <c>file:line:col: severity CODE: message</c>, the line, a caret, advice.</summary>
    Text,

    /// <summary>One JSON document.</summary>
    Json,

    /// <summary>Annotations of GitHub's workflows.</summary>
    Github,
}

/// <summary>Writes findings; secrets are masked, also in the lines that are quoted.</summary>
public static class ProblemWriter
{
    private const int QuotedWidth = 120;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Writes what was found in some files, with a closing line that counts.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="format">In which form.</param>
    /// <param name="results">One reading a file.</param>
    /// <param name="elapsed">Time that the reading took.</param>
    public static void Write(TextWriter output, ProblemFormat format, IReadOnlyList<PipelineReadResult> results, TimeSpan elapsed)
    {
        if (format == ProblemFormat.Json)
        {
            WriteJson(output, results);
            return;
        }
        foreach (var result in results)
        {
            foreach (var problem in result.Problems)
            {
                if (format == ProblemFormat.Github) WriteAnnotation(output, problem, result.Secrets);
                else WriteText(output, problem, result);
            }
        }
        if (format == ProblemFormat.Text) output.WriteLine(Summary(results, elapsed));
    }

    /// <summary>How many of a severity there are.</summary>
    public static int Count(IEnumerable<PipelineReadResult> results, Severity severity) => results.Sum(r => r.Problems.Count(p => p.Severity == severity));

    private static void WriteText(TextWriter output, PipelineProblem problem, PipelineReadResult result)
    {
        output.WriteLine(result.Secrets.Redact($"{problem.Position}: {Word(problem)} {problem.Code}: {problem.Message}"));
        Quote(output, problem.Position, result);
        if (problem.Advice is { } advice) output.WriteLine(result.Secrets.Redact($"   = {advice}"));
    }

    private static void Quote(TextWriter output, SourcePosition at, PipelineReadResult result)
    {
        if (at.Line < 1 || at.Line > result.Text.Lines.Count) return;
        var line = result.Text.Lines[at.Line - 1].Replace('\t', ' ');
        if (string.IsNullOrWhiteSpace(line)) return;
        var start = Math.Min(at.Column - 1, line.Length);
        var length = Math.Min(at.Length, line.Length - start);
        // Each part is masked for itself, so that the carets stay under what they mean.
        var before = result.Secrets.Redact(line[..start]);
        var marked = result.Secrets.Redact(line.Substring(start, length));
        var after = result.Secrets.Redact(line[(start + length)..]);
        if (before.Length > QuotedWidth / 2) before = "..." + before[^(QuotedWidth / 2)..];
        if (after.Length > QuotedWidth / 2) after = after[..(QuotedWidth / 2)] + "...";
        var number = at.Line.ToString(CultureInfo.InvariantCulture).PadLeft(5);
        output.WriteLine($"{number} | {before}{marked}{after}");
        output.WriteLine($"      | {new string(' ', before.Length)}{new string('^', Math.Max(1, marked.Length))}");
    }

    private static string Summary(IReadOnlyList<PipelineReadResult> results, TimeSpan elapsed)
    {
        var files = Plural(results.Count, "file");
        var time = elapsed.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
        var (errors, warnings) = (Count(results, Severity.Error), Count(results, Severity.Warning));
        var found = errors + warnings == 0 ? "nothing wrong"
            : string.Join(", ", new[] { (errors, "error"), (warnings, "warning") }.Where(c => c.Item1 > 0).Select(c => Plural(c.Item1, c.Item2)));
        return $"{found} in {files} ({time} s)";
    }

    private static void WriteJson(TextWriter output, IReadOnlyList<PipelineReadResult> results) => output.WriteLine(JsonSerializer.Serialize(
        new
        {
            V = 1,
            Files = results.Count,
            Errors = Count(results, Severity.Error),
            Warnings = Count(results, Severity.Warning),
            Findings = results.SelectMany(r => r.Problems.Select(p => new
            {
                p.Position.File,
                p.Position.Line,
                p.Position.Column,
                p.Position.Length,
                Severity = Word(p),
                p.Code,
                Message = r.Secrets.Redact(p.Message),
                Advice = p.Advice is null ? null : r.Secrets.Redact(p.Advice),
            })),
        },
        Json));

    private static void WriteAnnotation(TextWriter output, PipelineProblem problem, SecretSet secrets)
    {
        var at = problem.Position;
        var place = at.Line < 1 ? "" : $",line={at.Line},col={at.Column},endColumn={at.Column + at.Length}";
        var message = secrets.Redact(problem.Advice is null ? problem.Message : $"{problem.Message}\n{problem.Advice}");
        output.WriteLine($"::{Word(problem)} file={Property(at.File)}{place},title={problem.Code}::{Data(message)}");
    }

    private static string Data(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    private static string Plural(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    private static string Word(PipelineProblem problem) => problem.Severity == Severity.Error ? "error" : "warning";
}
