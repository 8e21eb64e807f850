using System.Text.Json;
using SegPipe.Contracts.Tests.EndToEnd;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Batch;

public sealed class BatchResumeTests : IDisposable
{
    private readonly BatchPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Batch_that_is_killed_again_and_again_comes_out_as_one_that_is_not()
    {
        _place.Video("in/a.mp4", 150);
        var pipeline = _place.Transcoder();
        (await _place.RunAsync("run", pipeline, "in", "--out", "undisturbed", "--segment-frames", "25")).Expect(ExitCode.Done);
        (string Name, Func<bool> Holds)[] moments =
        [
            ("the plan is begun", () => File.Exists(_place["out/.segpipe/batch.json"])),
            ("the plan is there", () => _place.State("plan.json").Length > 0),
            ("a segment is begun", () => _place.State("*.nut").Length > 0),
            ("a segment is done", () => _place.Committed() >= 1),
            ("three segments are done", () => _place.Committed() >= 3),
            ("all but one are done", () => _place.Committed() >= 5),
            ("all are joined", () => Directory.GetFiles(_place["out"]).Length > 0 || _place.State("done.json").Length > 0),
        ];

        var known = 0;
        foreach (var (name, holds) in moments)
        {
            using var run = _place.Start(known == 0 && !File.Exists(_place["out/.segpipe/batch.json"]) ? ["run", pipeline, "in", "--out", "out", "--segment-frames", "25"] : ["resume", "out"]);
            var end = run.EndAsync();
            await Patiently.UntilAsync(() => holds() || end.IsCompleted, name);
            if (!end.IsCompleted) run.Signal(BatchPlace.Kill);
            await end;
            // What is done stays done, until the whole is.
            Assert.True(_place.State("done.json").Length > 0 || _place.Committed() >= known, name);
            known = _place.Committed();
        }
        (await _place.RunAsync("resume", "out")).Expect(ExitCode.Done);

        _place.IsWhole("in/a.mp4", "out/a.mp4");
        Assert.Equal(File.ReadAllBytes(_place["undisturbed/a.mp4"]), File.ReadAllBytes(_place["out/a.mp4"]));
        Assert.Empty(_place.State("*.tmp-*"));
        Assert.Equal(["a.mp4"], Directory.GetFiles(_place["out"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Signal_ends_the_run_at_once_and_tells_how_to_go_on()
    {
        _place.Video("a.mp4", 150);
        using var run = _place.Start("run", _place.Transcoder(), "a.mp4", "--out", "out", "--segment-frames", "25");
        await Patiently.UntilAsync(() => _place.Committed() >= 1, "a segment is done");

        run.Signal(BatchPlace.Terminate);
        var stopped = (await run.EndAsync()).Expect(ExitCode.Resumable);

        Assert.Contains($"Go on with: segpipe batch resume {_place["out"]}", stopped.Error);
        Assert.Empty(_place.State("failed.json"));
        Assert.Contains("no run is at work", (await _place.RunAsync("status", "out")).Out);
        (await _place.RunAsync("resume", "out")).Expect(ExitCode.Done);
        _place.IsWhole("a.mp4", "out/a.mp4");
    }

    [Fact]
    public async Task Nothing_is_done_twice()
    {
        _place.Video("a.mp4", 30);
        (await _place.RunAsync("run", _place.Transcoder(), "a.mp4", "--out", "out")).Expect(ExitCode.Done);
        var written = File.GetLastWriteTimeUtc(_place["out/a.mp4"]);
        _place.Environment["SEGPIPE_FFMPEG"] = "/nowhere/ffmpeg";

        (await _place.RunAsync("resume", "out")).Expect(ExitCode.Done);
        File.Delete(_place["a.mp4"]);
        (await _place.RunAsync("resume", "out")).Expect(ExitCode.Done);

        Assert.Equal(written, File.GetLastWriteTimeUtc(_place["out/a.mp4"]));
    }

    [Fact]
    public async Task Output_that_was_deleted_is_made_again()
    {
        _place.Video("a.mp4", 30);
        (await _place.RunAsync("run", _place.Transcoder(), "a.mp4", "--out", "out")).Expect(ExitCode.Done);
        File.Delete(_place["out/a.mp4"]);

        (await _place.RunAsync("resume", "out")).Expect(ExitCode.Done);

        _place.IsWhole("a.mp4", "out/a.mp4");
    }

    [Fact]
    public async Task Changed_pipeline_never_mixes_with_what_an_earlier_one_has_made()
    {
        _place.Video("a.mp4", 75);
        const string pictures = "pictures: { type: image_folder, from: picture, path: \"${output.dir}/${input.stem}\" }";
        _place.Transcoder(sinks: pictures);
        using (var run = _place.Start("run", "p.yaml", "a.mp4", "--out", "out", "--segment-frames", "25"))
        {
            await Patiently.UntilAsync(() => _place.Committed() >= 1, "a segment is done");
            run.Signal(BatchPlace.Kill);
            await run.EndAsync();
        }
        _place.Transcoder(", crf: 40", pictures);
        (await _place.RunAsync("resume", "out")).Expect(ExitCode.Done);
        (await _place.RunAsync("run", "p.yaml", "a.mp4", "--out", "fresh", "--segment-frames", "25")).Expect(ExitCode.Done);
        Assert.Equal(File.ReadAllBytes(_place["fresh/a.mp4"]), File.ReadAllBytes(_place["out/a.mp4"]));
        Assert.Equal(75, Directory.GetFiles(_place["out/a"]).Length);

        // The video is shorter now: of its old pictures none may be left.
        _place.Video("a.mp4", 40);
        (await _place.RunAsync("resume", "out")).Expect(ExitCode.Done);
        Assert.Equal(40, Directory.GetFiles(_place["out/a"]).Length);
        _place.IsWhole("a.mp4", "out/a.mp4");
    }

    [Fact]
    public async Task Changed_model_is_noticed_by_its_content()
    {
        TestClips.Write(_place["a.mp4"], "-c:v libx264 -preset ultrafast -pix_fmt yuv420p", "s=64x48:r=25:d=0.2");
        TinyModel.Write(_place["m.onnx"], TinyModel.Card());
        string[] run = ["run", _place.Segmenter("stats: { type: class_stats, from: labels, path: \"${output.dir}/${input.stem}.jsonl\" }"), "a.mp4", "--out", "out", "--set", "models.street.path=m.onnx"];
        (await _place.RunAsync(run)).Expect(ExitCode.Done);
        var before = File.ReadAllText(_place["out/a.jsonl"]);

        var card = TinyModel.Card();
        card["classes"]![0]!["name"] = "crimson";
        TinyModel.Write(_place["m.onnx"], card);
        (await _place.RunAsync("resume", "out")).Expect(ExitCode.Done);

        Assert.Equal(before.Replace("\"red\"", "\"crimson\"", StringComparison.Ordinal), File.ReadAllText(_place["out/a.jsonl"]));
        Assert.NotEqual(before, File.ReadAllText(_place["out/a.jsonl"]));
    }

    [Fact]
    public async Task Changed_palette_is_noticed_by_its_content()
    {
        TestClips.Write(_place["a.mp4"], "-c:v libx264 -preset ultrafast -pix_fmt yuv420p", "s=64x48:r=25:d=0.2");
        var colours = File.ReadAllText(Home.Asset("palettes", "cityscapes.json"));
        File.WriteAllText(_place["colours.json"], colours);
        var pipeline = _place.Segmenter("shown: { type: image_folder, from: overlay, path: \"${output.dir}/${input.stem}\" }");
        File.WriteAllText(_place[pipeline], File.ReadAllText(_place[pipeline]).Replace("sinks:", "  overlay: { type: colorize, from: [picture, labels], opacity: 1, palette: ./colours.json }\nsinks:", StringComparison.Ordinal));
        (await _place.RunAsync("run", pipeline, "a.mp4", "--out", "out")).Expect(ExitCode.Done);
        byte[] Shown() => File.ReadAllBytes(Directory.GetFiles(_place["out/a"]).Order(StringComparer.Ordinal).First());
        var before = Shown();

        File.WriteAllText(_place["colours.json"], System.Text.RegularExpressions.Regex.Replace(colours, "#[0-9a-fA-F]{6}", "#123456"));
        (await _place.RunAsync("resume", "out")).Expect(ExitCode.Done);

        Assert.NotEqual(before, Shown());
    }

    [Fact]
    public async Task Damaged_piece_is_made_again()
    {
        _place.Video("a.mp4", 75);
        using (var run = _place.Start("run", _place.Transcoder(), "a.mp4", "--out", "out", "--segment-frames", "25"))
        {
            await Patiently.UntilAsync(() => _place.Committed() >= 1, "a segment is done");
            run.Signal(BatchPlace.Kill);
            await run.EndAsync();
        }
        var piece = _place.State("file.nut").First(f => !f.Contains(".tmp-", StringComparison.Ordinal));
        File.WriteAllBytes(piece, File.ReadAllBytes(piece)[..^100]);

        (await _place.RunAsync("resume", "out")).Expect(ExitCode.Done);

        _place.IsWhole("a.mp4", "out/a.mp4");
    }

    [Fact]
    public async Task Failing_segment_is_tried_three_times_and_then_the_video_is_given_up()
    {
        _place.Video("a.mp4", 50);
        _place.Workplace.Fake("encode", "dies", 1000);

        var result = await _place.RunAsync("run", _place.Transcoder(), "a.mp4", "--out", "out", "--segment-frames", "25", "--jobs", "1");

        Assert.NotEqual((int)ExitCode.Done, result.Code);
        Assert.Contains("segment 0 is tried again", result.Error);
        Assert.Contains("a.mp4: failed: ", result.Error);
        Assert.Equal(0, (await _place.StatusAsync()).GetProperty("files")[0].GetProperty("failure").GetProperty("segment").GetInt32());
        _place.Environment.Remove("SEGPIPE_FFMPEG");
        (await _place.RunAsync("resume", "out")).Expect(ExitCode.Done);
        _place.IsWhole("a.mp4", "out/a.mp4");
    }

    [Fact]
    public async Task Two_runs_do_not_work_in_one_folder()
    {
        _place.Video("a.mp4", 150);
        using var run = _place.Start("run", _place.Transcoder(), "a.mp4", "--out", "out", "--segment-frames", "25");
        await Patiently.UntilAsync(() => _place.State("plan.json").Length > 0, "the plan is there");
        run.Signal(BatchPlace.Hold);

        (await _place.RunAsync("resume", "out")).Fails(ExitCode.Resumable, "Another run works in", "segpipe batch status");
        Assert.Contains("a run is at work", (await _place.RunAsync("status", "out")).Out);

        run.Signal(BatchPlace.GoOn);
        (await run.EndAsync()).Expect(ExitCode.Done);
    }

    [SkippableFact]
    public async Task Full_disk_ends_the_run_and_what_is_done_stays()
    {
        Skip.If(Workplace.WhyNoDisk() is not null, Workplace.WhyNoDisk());
        _place.Video("a.mp4", 150);
        // Without compression a segment of 25 pictures takes more than half a megabyte: there is room for some.
        var pipeline = _place.Transcoder(sinks: "sums: { type: image_folder, from: picture, path: \"${output.dir}/${input.stem}\" }");

        var result = await _place.Workplace.RunWithDiskAsync("mount -t tmpfs -o size=300k none disk", "batch", "run", pipeline, "a.mp4", "--out", "disk", "--segment-frames", "25");

        result.Expect(ExitCode.IoError);
        Assert.Contains("The disk is full: ", result.Error);
        Assert.Contains("Go on with: segpipe batch resume ", result.Error);
        Assert.DoesNotContain("tried again", result.Error);
        var done = Directory.GetFiles(_place["left"], "out.json", SearchOption.AllDirectories).Length;
        (await _place.RunAsync("resume", "left")).Expect(ExitCode.Done);
        _place.IsWhole("a.mp4", "left/a.mp4");
        Assert.Equal(150, Directory.GetFiles(_place["left/a"]).Length);
        Assert.True(done > 0);
    }
}
