using SegPipe.Configuration;
using static SegPipe.Tests.Configuration.TestComponents;

namespace SegPipe.Tests.Configuration;

public sealed class StreamFingerprintTests
{
    private const string Text = """
        models: { street: { path: m.onnx, threads: 2 }, other: { path: n.onnx } }
        sources:
          camera:  { type: rtsp, url: "rtsp://camera/1", username: u, password: "${PASSWORD}", reconnect: { delay_ms: 100 } }
        stages:
          picture: { type: decode, from: camera }
          small:   { type: resize, from: picture, model: street }
          logits:  { type: infer, from: small, model: street }
          labels:  { type: vim_upsample, from: logits, like: picture }
          overlay: { type: colorize, from: [labels, picture], edge: { picture: { capacity: 4 }, labels: latest } }
        sinks:
          stats:   { type: class_stats, from: labels, path: out.jsonl, edge: { when_full: wait, max_age_ms: 500 } }
          gone:    { type: null, from: overlay }
        """;

    [Theory]
    [InlineData("rtsp://camera/1", "rtsp://camera/2")]
    [InlineData("${PASSWORD}", "${PASSWORD}2")]
    [InlineData("delay_ms: 100", "delay_ms: 101")]
    [InlineData("capacity: 4", "capacity: 5")]
    [InlineData("labels: latest", "labels: drop_oldest")]
    [InlineData("max_age_ms: 500", "max_age_ms: 501")]
    [InlineData("threads: 2", "threads: 3")]
    [InlineData("m.onnx", "o.onnx")]
    [InlineData("from: small, model: street", "from: small, workers: 2, model: street")]
    [InlineData("  gone:  ", "  lost:  ")]
    [InlineData("type: null, from: overlay", "type: class_stats, from: labels, path: two.jsonl")]
    public void What_changes_a_stream_changes_its_fingerprint(string before, string after)
    {
        Assert.NotEqual(Of(Text), Of(Text.Replace(before, after, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("n.onnx", "o.onnx")]
    [InlineData("sources:", "# words\nsources:")]
    [InlineData("{ delay_ms: 100 }", "{\n            delay_ms: 100 }")]
    [InlineData("${PASSWORD}", "hush, hush")]
    [InlineData("  stats:   { type: class_stats, from: labels, path: out.jsonl, edge: { when_full: wait, max_age_ms: 500 } }\n  gone:    { type: null, from: overlay }",
        "  gone:    { type: null, from: overlay }\n  stats:   { type: class_stats, from: labels, path: out.jsonl, edge: { when_full: wait, max_age_ms: 500 } }")]
    public void What_means_the_same_keeps_it(string before, string after)
    {
        Assert.Equal(Of(Text), Of(Text.Replace(before, after, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_model_file_of_the_same_name_with_another_content_is_another()
    {
        using var folder = new Testing.TemporaryFolder();
        var models = new Dictionary<string, ModelOptions> { ["street"] = new() { Path = folder["m.onnx"] } };
        var stream = Read(Text, environment: ("PASSWORD", "hush, hush")).Definition!.Streams[0];
        List<string> seen = [];
        foreach (var (name, content) in ((string, string)[])[("m.onnx", "a"), ("m.onnx", "b"), ("m.card.yaml", "c"), ("m.onnx.data", "d")])
        {
            File.WriteAllText(folder[name], content);
            seen.Add(StreamFingerprint.Of(stream, ModelRevision.Of(models)));
        }

        Assert.Equal(seen, seen.Distinct());
        Assert.Equal(seen[^1], StreamFingerprint.Of(stream, ModelRevision.Of(models)));
    }

    [Fact]
    public void A_palette_of_the_same_name_with_another_content_is_another()
    {
        using var folder = new Testing.TemporaryFolder();
        string OfPalette(string content)
        {
            File.WriteAllText(folder["p.json"], content);
            return Of(Text.Replace("from: [labels, picture],", $"from: [labels, picture], palette: {folder["p.json"]},", StringComparison.Ordinal));
        }

        var first = OfPalette("a");

        Assert.NotEqual(first, OfPalette("b"));
        Assert.Equal(first, OfPalette("a"));
    }

    private static string Of(string text)
    {
        var definition = Read(text, environment: ("PASSWORD", "hush, hush")).Definition!;
        return StreamFingerprint.Of(definition.Streams[0], definition.Models);
    }
}
