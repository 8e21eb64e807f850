using System.Security.Cryptography;
using System.Text.RegularExpressions;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Host;
using SegPipe.Runtime;
using SegPipe.Testing;

namespace SegPipe;

/// <summary>
/// Runs a component's documented example inside a whole pipeline over a few frames of the street: what feeds it is made for it,
/// and what it puts out goes on to a checksum.
/// </summary>
internal sealed partial class ExampleRun(ComponentDescriptor component) : IDisposable
{
    private const string Width = "128", Height = "64", Frames = "3";
    private readonly TemporaryFolder _folder = new();

    /// <summary>Everything that was written, by file: checksums, or hashes without what the clock says.</summary>
    public IReadOnlyList<string> Output { get; private set; } = [];

    public async Task RunAsync()
    {
        var settings = new ReadSettings
        {
            Catalog = BuildComponents.Catalog, WorkingFolder = _folder.Path, OutputRoot = _folder.Path, InputPath = "scene.mp4",
        };
        var read = PipelineReader.Read(new("example.yaml", Yaml()), settings);
        Assert.True(read.Succeeded, string.Join("\n", read.Problems) + "\n" + Yaml());
        await using var pipeline = new Pipeline(read.Definition!, new() { TraceBuffers = true });
        await pipeline.OpenAsync(default);

        var report = await pipeline.RunAsync(default, default).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Empty(report.Unbalanced);
        Assert.True(report.ExitCode == ExitCode.Done, report.Error);
        Output = [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)
            .Where(f => !Path.GetFileName(f).StartsWith("input", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(f => $"{Path.GetRelativePath(_folder.Path, f)} {Hash(f)}")];
    }

    public void Dispose() => _folder.Dispose();

    private string Yaml()
    {
        var model = Home.Asset("street-tiny.onnx");
        return $$"""
            version: 1
            models: { street: { path: {{model}}, threads: 1 } }
            sources:
              scene: { type: street, seed: 5, width: {{Width}}, height: {{Height}}, frames: {{Frames}} }
            {{(component.Kind == ComponentKind.Source ? Example() : "")}}
            stages:
              packets: { type: encode, from: scene.picture, preset: ultrafast, threads: 1 }
              picture: { type: decode, from: packets, threads: 1 }
              small:   { type: resize, from: picture, model: street }
              logits:  { type: infer, from: small, model: street }
              labels:  { type: vim_upsample, from: logits, like: picture }
            {{(component.Kind == ComponentKind.Stage ? Example() : "")}}
            {{string.Join("\n", component.Outputs.Select(After))}}
            sinks:
              seen: { type: checksum, from: labels, path: labels.md5 }
            {{(component.Kind == ComponentKind.Sink ? Example() : "")}}
            {{string.Join("\n", component.Outputs.Select((_, i) => $"  after{i}_sum: {{ type: checksum, from: after{i}, path: after{i}.md5 }}"))}}
            """;
    }

    /// <summary>The example, with what it is fed and what it reads put in place.</summary>
    private string Example()
    {
        var lines = BuildComponents.Docs.Example(component.ComponentType)!.ReplaceLineEndings("\n").Trim('\n').Split('\n');
        var feeds = string.Join(", ", component.Inputs.Select(i => Feed(i.Accepts[0])));
        var text = string.Join("\n", lines.Select(l => "    " + l));
        text = From().Replace(text, $"$1from: [{feeds}]");
        foreach (var property in component.OptionsType.GetProperties().Where(p => p.IsDefined(typeof(InputPathAttribute), inherit: true)))
        {
            // The only inputs that sources have are clips and folders of pictures; FFmpeg writes both from its test picture.
            var isFolder = component.Name.Contains("folder", StringComparison.Ordinal);
            var path = isFolder ? Path.Combine(_folder.Path, "input") : Path.Combine(_folder.Path, "input.mp4");
            if (isFolder) Directory.CreateDirectory(path);
            TestClips.Write(isFolder ? Path.Combine(path, "input%02d.png") : path, isFolder ? "-f image2" : "-c:v libx264 -preset ultrafast", $"s={Width}x{Height}:r=25:d=0.12");
            text = Regex.Replace(text, $@"^(\s+{property.Name.ToLowerInvariant()}:).*$", $"$1 {path}", RegexOptions.Multiline);
        }
        text = Regex.Replace(text, @"^\s+(start|end|loop|pace):.*\n?", "", RegexOptions.Multiline).TrimEnd();
        if (component.Name == "street") text = Regex.Replace(text, @"^\s+(frames|width|height):.*\n?", "", RegexOptions.Multiline).TrimEnd() + $"\n    frames: {Frames}\n    width: {Width}\n    height: {Height}";
        return "  example:\n" + text;
    }

    private string After(OutputDescriptor output, int place)
    {
        var from = output.Name is null ? "example" : $"example.{output.Name}";
        return output.Kind switch
        {
            PayloadKind.Packets => $"  after{place}: {{ type: decode, from: {from}, threads: 1 }}",
            PayloadKind.Tensor => $"  after{place}_l: {{ type: infer, from: {from}, model: street }}\n  after{place}: {{ type: vim_upsample, from: after{place}_l, like: picture }}",
            PayloadKind.Logits => $"  after{place}: {{ type: vim_upsample, from: {from}, like: picture }}",
            PayloadKind.Labels => $"  after{place}: {{ type: colorize, from: [{(component.Kind == ComponentKind.Source ? "example.picture" : "picture")}, {from}] }}",
            PayloadKind.Picture when component.Name == "image_folder" => $"  after{place}_s: {{ type: resize, from: {from}, model: street }}\n  after{place}_l: {{ type: infer, from: after{place}_s, model: street }}\n  after{place}: {{ type: vim_upsample, from: after{place}_l, like: {from} }}",
            _ => $"  after{place}_c: {{ type: encode, from: {from}, preset: ultrafast, crf: 10, threads: 1 }}\n  after{place}: {{ type: decode, from: after{place}_c, threads: 1 }}",
        };
    }

    private static string Feed(PayloadKind kind) => kind switch
    {
        PayloadKind.Packets => "packets",
        PayloadKind.Picture => "picture",
        PayloadKind.Tensor => "small",
        PayloadKind.Logits => "logits",
        _ => "labels",
    };

    private static string Hash(string file) => Path.GetExtension(file) is ".jsonl" or ".json"
        ? Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(WallTime().Replace(File.ReadAllText(file), ""))))
        : Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));

    [GeneratedRegex(@"^(\s+)from:.*$", RegexOptions.Multiline)]
    private static partial Regex From();

    [GeneratedRegex("\"wall_time\":\"[^\"]*\"")]
    private static partial Regex WallTime();
}
