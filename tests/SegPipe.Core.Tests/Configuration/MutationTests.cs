using FsCheck;
using FsCheck.Fluent;
using SegPipe.Configuration;
using static SegPipe.Tests.Configuration.TestComponents;

namespace SegPipe.Tests.Configuration;

/// <summary>Texts that went wrong at random: reading them never throws, and everything that is found has its place.</summary>
public sealed class MutationTests
{
    private const string Alphabet = "abz09 _-.:,{}[]\"'#&*!|>%@`$\\\t\n~?<";

    private static readonly string Base = PipelineReaderTests.Whole.ReplaceLineEndings("\n") + """

        x-edge: &slow
          capacity: 4
          when_full: wait
        log:
          level: info
        streams:
          front: { url: "${CAMERA:-none}" }
          rear: { url: '${stream.id}' }
        """;

    [Fact]
    public void A_mutated_pipeline_never_throws_and_every_finding_has_a_position()
    {
        var mutated = from seed in Gen.Choose(0, int.MaxValue - 1)
                      from changes in Gen.Choose(1, 6)
                      select Mutate(Base, new Random(seed), changes);
        Prop.ForAll(Arb.From(mutated), text => Check(text)).Check(Config.QuickThrowOnFailure.WithMaxTest(800));
    }

    private static void Check(string yaml)
    {
        var text = new PipelineText("p.yaml", yaml);
        foreach (var level in (ValidationLevel[])[ValidationLevel.Topology, ValidationLevel.Environment])
        {
            var result = PipelineReader.Read(text, Settings(level) with { OutputRoot = "/nowhere" });

            Assert.Equal(result.Problems.All(p => p.Severity == Severity.Warning), result.Succeeded);
            foreach (var at in result.Problems.Select(p => p.Position))
            {
                Assert.InRange(at.Line, 1, text.Lines.Count);
                Assert.InRange(at.Column, 1, text.Lines[at.Line - 1].Length + 1);
                Assert.True(at.Length >= 1);
            }
            using var written = new StringWriter();
            ProblemWriter.Write(written, ProblemFormat.Text, [result], TimeSpan.Zero);
            Assert.NotEmpty(written.ToString());
        }
    }

    private static string Mutate(string text, Random random, int changes)
    {
        for (var i = 0; i < changes && text.Length > 0; i++)
        {
            var lines = text.Split('\n').ToList();
            var at = random.Next(text.Length);
            var line = random.Next(lines.Count);
            var words = lines[line].Split(' ');
            text = random.Next(7) switch
            {
                0 => string.Join('\n', lines.Where((_, n) => n != line)),
                1 => $"{text[..at]}{Alphabet[random.Next(Alphabet.Length)]}{text[(at + 1)..]}",
                2 => $"{text[..at]}{Alphabet[random.Next(Alphabet.Length)]}{text[at..]}",
                3 => text.Remove(at, 1),
                4 => Swapped(lines, line, random.Next(lines.Count)),
                5 => string.Join('\n', lines.Select((l, n) => n == line ? string.Join(' ', words.OrderBy(_ => random.Next())) : l)),
                _ => string.Join('\n', lines.Select((l, n) => n == line ? (random.Next(2) == 0 ? "  " + l : l.TrimStart()) : l)),
            };
        }
        return text;
    }

    private static string Swapped(List<string> lines, int a, int b)
    {
        (lines[a], lines[b]) = (lines[b], lines[a]);
        return string.Join('\n', lines);
    }
}
