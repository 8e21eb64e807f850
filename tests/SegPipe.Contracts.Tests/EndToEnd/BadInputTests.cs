using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.EndToEnd;

public sealed class BadInputTests : IDisposable
{
    private readonly Workplace _place = new();

    public static TheoryData<string, ExitCode, string> Videos => new()
    {
        { "index-behind.mp4", ExitCode.InputUnusable, "is not a video, or its header is cut off" },
        { "index-before.mp4", ExitCode.InputUnusable, "is cut off: " },
        { "cut.mkv", ExitCode.InputUnusable, "is cut off: " },
        { "words.mp4", ExitCode.InputUnusable, "is not a video" },
        { "empty.mp4", ExitCode.InputUnusable, "is empty" },
        { "no-size.mkv", ExitCode.InputUnusable, "0x0" },
        { "no-size.png", ExitCode.InputUnusable, "0x0" },
        { "no-size.ppm", ExitCode.InputUnusable, "size" },
        { "sound.mp4", ExitCode.InputUnusable, "has no video track" },
        { "untimed.mpg", ExitCode.InputUnusable, "does not say of all pictures when they are shown" },
        { "missing.mp4", ExitCode.InputMissing, "does not exist" },
        { "empty-folder", ExitCode.InputUnusable, "has no picture" },
    };

    public void Dispose() => _place.Dispose();

    [Theory]
    [MemberData(nameof(Videos))]
    public async Task An_input_that_cannot_be_used_is_told_in_two_lines_and_leaves_nothing(string name, ExitCode code, string part)
    {
        Make(name);

        var result = await _place.RunAsync("segment", name, "-o", name.Contains("no-size.p", StringComparison.Ordinal) ? "o.png" : name == "empty-folder" ? "o" : "o.mp4");

        result.Fails(code, name, part);
        Assert.InRange(result.Error.Split('\n').Length, 1, 2);
        await _place.IsCleanAsync();
    }

    [Fact]
    public async Task A_pipeline_says_the_same_and_where()
    {
        Make("index-before.mp4");
        File.Move(_place["index-before.mp4"], _place["in.mp4"]);

        (await _place.RunAsync("run", _place.Transcoder())).Fails(ExitCode.InputUnusable, "p: drive: The input ", "is cut off: ", "Copy or record it again");

        await _place.IsCleanAsync();
    }

    [Fact]
    public async Task A_model_that_cannot_be_used_is_told_in_two_lines()
    {
        Make("photo.png");
        File.WriteAllText(_place["words.onnx"], "these are words");
        var card = TinyModel.Card();
        TinyModel.Write(_place["five.onnx"], card, null, 5, 4, 8);
        var classes = card["classes"]!.AsArray();
        classes.RemoveAt(2);
        TinyModel.Write(_place["two.onnx"], card);

        (await SegmentAsync("nowhere.onnx")).Fails(ExitCode.InputMissing, "nowhere.onnx");
        (await SegmentAsync("words.onnx")).Fails(ExitCode.InputUnusable, "words.onnx", "not an ONNX model");
        (await SegmentAsync("five.onnx")).Fails(ExitCode.Configuration, "five.onnx", "5", "3");
        (await SegmentAsync("two.onnx")).Fails(ExitCode.Configuration, "two.onnx", "2", "3");

        await _place.IsCleanAsync();
    }

    [Fact]
    public async Task A_palette_with_too_few_colours_is_told()
    {
        Make("photo.png");
        var pipeline = _place.Pipeline($$"""
            models: { street: { path: {{Home.Asset("street-tiny.onnx")}} } }
            sources: { input: { type: image_folder, path: photo.png } }
            stages:
              small: { type: resize, from: input, model: street }
              logits: { type: infer, from: small, model: street }
              labels: { type: vim_upsample, from: logits, like: input }
              overlay: { type: colorize, from: [input, labels], palette: two.json }
            sinks: { file: { type: image_folder, from: overlay, path: o.png } }
            """);
        File.WriteAllText(_place["two.json"], """{ "name": "two", "classes": [ { "id": 0, "name": "a", "color": "#ff0000" }, { "id": 1, "name": "b", "color": "#00ff00" } ] }""");

        (await _place.RunAsync("run", pipeline)).Fails(ExitCode.Configuration, "two.json", "2 colours", "19 classes");

        await _place.IsCleanAsync();
    }

    private Task<CliResult> SegmentAsync(string model) => _place.RunAsync("segment", "photo.png", "--model", model, "-o", "o.png");

    private void Make(string name)
    {
        var path = _place[name];
        switch (name)
        {
            case "index-behind.mp4":
                Cut(TestClips.Write(path, "-c:v libx264", "s=320x240:r=25:d=1"));
                break;
            case "index-before.mp4":
                Cut(TestClips.Write(path, "-c:v libx264 -movflags +faststart", "s=320x240:r=25:d=1"));
                break;
            case "cut.mkv":
                Cut(TestClips.Write(path, "-c:v libx264", "s=320x240:r=25:d=1"));
                break;
            case "untimed.mpg":
                TestClips.Write(path, "-c:v libx264 -bf 2 -f vob", "s=320x240:r=25:d=1");
                break;
            case "words.mp4":
                File.WriteAllText(path, "these are words, and many of them: " + new string('w', 5000));
                break;
            case "empty.mp4":
                File.WriteAllText(path, "");
                break;
            case "no-size.mkv":
                WithoutSize(TestClips.Write(path, "-c:v rawvideo -pix_fmt yuv420p"), 0xB0, 0x81, 64, 0xBA, 0x81, 48);
                break;
            case "no-size.png":
                Tool.Ffmpeg("-f lavfi -i testsrc2=s=64x48 -frames:v 1", path);
                WithoutSize(path, 0, 0, 0, 64, 0, 0, 0, 48);
                break;
            case "no-size.ppm":
                File.WriteAllText(path, "P6\n0 0\n255\n");
                break;
            case "photo.png":
                Tool.Ffmpeg("-f lavfi -i testsrc2=s=64x48 -frames:v 1", path);
                break;
            case "sound.mp4":
                Tool.Ffmpeg("-f lavfi -i sine=d=0.2", path);
                break;
            case "empty-folder":
                Directory.CreateDirectory(path);
                break;
        }
    }

    private static void Cut(string path)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(file.Length * 6 / 10);
    }

    /// <summary>Clears the columns and rows wherever a header states them: whatever is 64 or 48 in these bytes.</summary>
    private static void WithoutSize(string path, params ReadOnlySpan<byte> header)
    {
        var bytes = File.ReadAllBytes(path);
        for (int at = 0, found; (found = bytes.AsSpan(at).IndexOf(header)) >= 0; at += found + 1)
            foreach (var place in Enumerable.Range(at + found, header.Length))
                if (bytes[place] is 64 or 48) bytes[place] = 0;
        File.WriteAllBytes(path, bytes);
    }
}
