using System.Text.Json;
using SegPipe.Contracts.Tests.EndToEnd;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Batch;

/// <summary>A folder in which batches are run over numbered videos, as a person would.</summary>
internal sealed class BatchPlace : IDisposable
{
    public const int Kill = 9, Terminate = 15, GoOn = 18, Hold = 19;

    private readonly Workplace _place = new();

    public string this[string name] => _place[name];

    public Dictionary<string, string> Environment => _place.Environment;

    public Workplace Workplace => _place;

    /// <summary>Writes a numbered video.</summary>
    public string Video(string name, int pictures = 100)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        return NumberedVideo.Write(this[name], pictures);
    }

    /// <summary>Writes a pipeline that encodes each video again; arguments are further options in flow style.</summary>
    public string Transcoder(string encode = "", string sinks = "", string path = "${output.dir}/${input.stem}.mp4") => _place.Pipeline($$"""
        sources:
          drive: { type: video_file, path: "${input.path}" }
        stages:
          picture: { type: decode, from: drive, threads: 1 }
          video: { type: encode, from: picture, preset: ultrafast, threads: 1{{encode}} }
        sinks:
          file: { type: video_file, from: video, path: "{{path}}" }
          {{sinks}}
        """);

    /// <summary>Writes a pipeline that segments each video and writes what it found.</summary>
    /// <param name="sinks">The sinks.</param>
    /// <param name="network">Type and options of the stage that runs the network.</param>
    public string Segmenter(string sinks, string network = "infer") => _place.Pipeline($$"""
        models:
          street: { path: street-tiny }
        sources:
          drive: { type: video_file, path: "${input.path}" }
        stages:
          picture: { type: decode, from: drive, threads: 1 }
          small: { type: resize, from: picture, model: street }
          logits: { type: {{network}}, from: small, model: street }
          labels: { type: vim_upsample, from: logits, like: picture }
        sinks:
          {{sinks}}
        """);

    public ProgramChild Start(params string[] arguments) => _place.Start(["batch", .. arguments]);

    public Task<CliResult> RunAsync(params string[] arguments) => _place.RunAsync(["batch", .. arguments]);

    /// <summary>Files below the state of the batch in <c>out</c>, by pattern.</summary>
    public string[] State(string pattern) =>
        Directory.Exists(this["out/.segpipe"]) ? Directory.GetFiles(this["out/.segpipe"], pattern, SearchOption.AllDirectories) : [];

    /// <summary>Segments of the batch in <c>out</c> that have a result.</summary>
    public int Committed() => State("out.json").Count(file => !file.Contains(".tmp-", StringComparison.Ordinal));

    /// <summary>The status of the batch in <c>out</c>.</summary>
    public async Task<JsonElement> StatusAsync()
    {
        var result = await RunAsync("status", "out", "--json");
        return JsonDocument.Parse(result.Expect(ExitCode.Done).Out).RootElement;
    }

    /// <summary>Requires that an output holds every picture of its video once, in order, at its time.</summary>
    public void IsWhole(string input, string output)
    {
        Assert.Equal(NumberedVideo.Read(this[input]), NumberedVideo.Read(this[output]));
        Assert.Equal(NumberedVideo.Times(this[input]), NumberedVideo.Times(this[output]));
    }

    public void Dispose() => _place.Dispose();
}
