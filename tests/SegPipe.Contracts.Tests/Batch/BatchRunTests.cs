using System.Text.RegularExpressions;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Batch;

public sealed partial class BatchRunTests : IDisposable
{
    private readonly BatchPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Videos_of_folders_and_lists_come_out_with_every_picture_once_in_order_and_at_its_time()
    {
        _place.Video("in/a.mp4", 110);
        _place.Video("in/deep/b.mkv", 60);
        _place.Video("in/deep/skipped.mp4", 5);
        _place.Video("elsewhere/c.mp4", 30);
        File.WriteAllText(_place["more.txt"], "# what came later\n\nelsewhere/c.mp4\n");
        File.WriteAllText(_place["in/notes.txt"], "no video");

        (await _place.RunAsync("run", _place.Transcoder(), "in", "--out", "out", "--list", "more.txt", "--exclude", "skipped.*", "--segment-frames", "25", "--jobs", "2")).Expect(ExitCode.Done);

        _place.IsWhole("in/a.mp4", "out/a.mp4");
        _place.IsWhole("in/deep/b.mkv", "out/b.mp4");
        _place.IsWhole("elsewhere/c.mp4", "out/c.mp4");
        Assert.Equal(["a.mp4", "b.mp4", "c.mp4"], Directory.GetFiles(_place["out"]).Select(Path.GetFileName).Order());
        Assert.Equal([5, 3, 2], (await _place.StatusAsync()).GetProperty("files").EnumerateArray().Select(f => f.GetProperty("segments").GetInt32()));
        Assert.Empty(_place.State("out.json"));
    }

    [Fact]
    public async Task Class_maps_and_statistics_are_those_of_a_run_over_the_whole()
    {
        TestClips.Write(_place["drive.mp4"], "-c:v libx264 -preset ultrafast -bf 2 -g 10 -pix_fmt yuv420p", "s=128x64:r=25:d=1");
        var pipeline = _place.Segmenter("""
            stats: { type: class_stats, from: labels, path: "${output.dir}/${input.stem}.jsonl" }
              masks: { type: mask_png, from: labels, path: "${output.dir}/${input.stem}-masks" }
              sums: { type: checksum, from: labels, path: "${output.dir}/${input.stem}.md5" }
            """, network: "propagate, every: 3, residual: 6");

        (await _place.RunAsync("run", pipeline, "drive.mp4", "--out", "cut", "--segment-frames", "10")).Expect(ExitCode.Done);
        (await _place.Workplace.RunAsync("run", pipeline, "--output-root", "whole", "--set", "sources.drive.path=drive.mp4")).Expect(ExitCode.Done);

        var expected = Files("whole");
        Assert.Equal(27, expected.Count);
        Assert.Equal(expected, Files("cut"));
    }

    [Fact]
    public async Task Input_that_cannot_be_used_is_a_line_with_its_reason_and_the_rest_goes_on()
    {
        _place.Video("in/good.mp4", 30);
        File.WriteAllText(_place["in/text.mp4"], "this is no video");
        File.WriteAllBytes(_place["in/empty.mp4"], []);
        File.WriteAllBytes(_place["in/cut.mp4"], File.ReadAllBytes(_place["in/good.mp4"])[..2000]);

        var result = await _place.RunAsync("run", _place.Transcoder(), "in", "--out", "out");

        result.Expect(ExitCode.InputUnusable);
        Assert.Contains("text.mp4: failed: The input ", result.Error);
        Assert.Contains("is empty (0 bytes)", result.Error);
        Assert.Contains("1 of 4 files done, 3 failed", result.Error);
        _place.IsWhole("in/good.mp4", "out/good.mp4");
        var files = (await _place.StatusAsync()).GetProperty("files").EnumerateArray().ToDictionary(f => Path.GetFileName(f.GetProperty("input").GetString())!);
        Assert.Equal("done", files["good.mp4"].GetProperty("state").GetString());
        Assert.All((string[])["text.mp4", "empty.mp4", "cut.mp4"], name => Assert.Equal(65, files[name].GetProperty("failure").GetProperty("code").GetInt32()));
        Assert.Equal(["good.mp4"], Directory.GetFiles(_place["out"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Missing_input_is_told_and_taken_once_it_is_there()
    {
        _place.Video("here.mp4", 10);

        var result = await _place.RunAsync("run", _place.Transcoder(), "here.mp4", "there.mp4", "--out", "out");
        result.Expect(ExitCode.InputMissing);
        Assert.Contains("there.mp4: failed: The input ", result.Error);

        _place.Video("there.mp4", 10);
        (await _place.RunAsync("resume", "out")).Expect(ExitCode.Done);
        _place.IsWhole("there.mp4", "out/there.mp4");
    }

    [Fact]
    public async Task Second_of_two_videos_with_one_output_is_refused()
    {
        _place.Video("in/front/drive.mp4", 10);
        _place.Video("in/rear/drive.mp4", 20);

        var result = await _place.RunAsync("run", _place.Transcoder(), "in", "--out", "out");

        result.Expect(ExitCode.CannotCreate);
        Assert.Contains("rear/drive.mp4 would be written to", result.Error);
        _place.IsWhole("in/front/drive.mp4", "out/drive.mp4");
        (await _place.RunAsync("run", _place.Transcoder(path: "${output.dir}/${input.dir}/${input.stem}.mp4"), "in", "--out", "both")).Expect(ExitCode.Done);
        _place.IsWhole("in/rear/drive.mp4", "both" + _place["in/rear/drive.mp4"]);
    }

    [Fact]
    public async Task Outputs_in_a_folder_that_is_searched_are_no_inputs_of_the_next_run()
    {
        _place.Video("in/a.mp4", 10);
        var pipeline = _place.Transcoder();
        (await _place.RunAsync("run", pipeline, "in", "--out", "in/out")).Expect(ExitCode.Done);
        _place.Video("in/b.mp4", 10);

        (await _place.RunAsync("run", pipeline, "in", "--out", "in/out")).Expect(ExitCode.Done);

        Assert.Equal(["a.mp4", "b.mp4"], Directory.GetFiles(_place["in/out"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Pipeline_that_cannot_be_cut_is_refused_where_it_says_so()
    {
        _place.Video("in/a.mp4", 10);

        var result = await _place.RunAsync("run", _place.Transcoder(path: "${output.dir}/out.mp4"), "in", "--out", "out");

        result.Expect(ExitCode.Configuration);
        Assert.Contains("p.yaml:8:", result.Error);
        Assert.Contains("`file` writes the same file for every input", result.Error);
        Assert.False(Directory.Exists(_place["out"]));
    }

    [Theory]
    [InlineData(ExitCode.Usage, "No input is named.", "run", "p.yaml", "--out", "out")]
    [InlineData(ExitCode.Usage, "--out", "run", "p.yaml", "in")]
    [InlineData(ExitCode.Usage, "--jobs takes a number from 1 to 64", "run", "p.yaml", "in", "--out", "out", "--jobs", "0")]
    [InlineData(ExitCode.InputMissing, "There is no video among the inputs.", "run", "p.yaml", "in", "--out", "out")]
    [InlineData(ExitCode.InputMissing, "The list missing.txt cannot be read", "run", "p.yaml", "--list", "missing.txt", "--out", "out")]
    [InlineData(ExitCode.InputMissing, "There is no batch in ", "resume", "out")]
    [InlineData(ExitCode.InputMissing, "There is no batch in ", "status", "out")]
    [InlineData(ExitCode.InputMissing, "There is no batch in ", "report", "out")]
    public async Task Command_line_that_cannot_be_served_is_told_in_two_lines(ExitCode code, string cause, params string[] arguments)
    {
        _place.Transcoder();
        Directory.CreateDirectory(_place["in"]);

        (await _place.RunAsync(arguments)).Fails(code, cause);

        Assert.False(Directory.Exists(_place["out"]));
    }

    [Theory]
    [InlineData("refresh.mkv", "-c:v libx264 -preset ultrafast -x264-params intra-refresh=1:keyint=15 -pix_fmt yuv420p")]
    [InlineData("again.ts", "-c:v libx264 -preset ultrafast -g 15 -pix_fmt yuv420p")]
    public async Task Video_that_cannot_be_cut_where_it_says_is_run_in_one_piece(string name, string encoder)
    {
        TestClips.Write(_place[name], encoder, "s=64x48:r=25:d=2");
        // A recording behind another one: time begins anew.
        if (name == "again.ts") File.WriteAllBytes(_place[name], [.. File.ReadAllBytes(_place[name]), .. File.ReadAllBytes(_place[name])]);
        var pipeline = _place.Transcoder(sinks: "sums: { type: checksum, from: picture, path: \"${output.dir}/sums-${input.stem}.md5\" }");

        (await _place.RunAsync("run", pipeline, name, "--out", "cut", "--segment-frames", "15")).Expect(ExitCode.Done);
        (await _place.Workplace.RunAsync("run", pipeline, "--output-root", "whole", "--set", $"sources.drive.path={name}")).Expect(ExitCode.Done);

        var sums = $"sums-{Path.GetFileNameWithoutExtension(name)}.md5";
        Assert.Equal(File.ReadAllText(_place["whole/" + sums]), File.ReadAllText(_place["cut/" + sums]));
    }

    [Fact]
    public async Task Segment_that_cannot_be_made_is_left_out_where_that_is_asked_for_and_everything_else_keeps_its_time_and_number()
    {
        _place.Video("in/whole.mp4", 50);
        NumberedVideo.WritePoison(_place["in/poison.ts"], 50, 25, 50);
        _place.Workplace.Fake("encode", "chokes", NumberedVideo.PoisonBytes);
        var pipeline = _place.Transcoder(sinks: "sums: { type: checksum, from: picture, path: \"${output.dir}/${input.stem}.md5\" }");

        (await _place.RunAsync("run", pipeline, "in", "--out", "out", "--segment-frames", "25")).Expect(ExitCode.PipelineFailed);
        Assert.False(File.Exists(_place["out/poison.mp4"]));
        var result = await _place.RunAsync("run", pipeline, "in", "--out", "out", "--segment-frames", "25", "--on-poison", "gap");

        result.Expect(ExitCode.PipelineFailed);
        Assert.Contains("1 of 2 files done, 1 partial", result.Error, StringComparison.Ordinal);
        Assert.Contains("poison.ts: partial: 25 pictures from 2.00 s on (1.00 s) are left out: ", result.Error, StringComparison.Ordinal);
        int[] held = [.. Enumerable.Range(0, 50), .. Enumerable.Range(75, 50)];
        Assert.Equal(held, NumberedVideo.Read(_place["out/poison.mp4"]));
        var video = NumberedVideo.Times(_place["in/poison.ts"]);
        Assert.Equal(held.Select(i => video[i]), NumberedVideo.Times(_place["out/poison.mp4"]));
        var status = (await _place.StatusAsync()).GetProperty("files").EnumerateArray().Single(f => f.GetProperty("state").GetString() == "partial");
        Assert.Equal((100, 4), (status.GetProperty("done_frames").GetInt32(), status.GetProperty("done_segments").GetInt32()));
        var gap = Assert.Single(status.GetProperty("gaps").EnumerateArray());
        Assert.Equal((2, 25, 2.0, 1.0), (gap.GetProperty("segment").GetInt32(), gap.GetProperty("frames").GetInt32(), gap.GetProperty("at").GetDouble(), gap.GetProperty("seconds").GetDouble()));
        Assert.Contains("25 pictures from 2.00 s on", (await _place.RunAsync("status", "out")).Expect(ExitCode.Done).Out, StringComparison.Ordinal);
        (await _place.RunAsync("report", "out", "--html", "report.html")).Expect(ExitCode.Done);
        Assert.Contains("25 pictures from 2.00 s on", File.ReadAllText(_place["report.html"]), StringComparison.Ordinal);
        var bytes = File.ReadAllBytes(_place["out/poison.mp4"]);

        (await _place.RunAsync("resume", "out")).Expect(ExitCode.PipelineFailed);

        Assert.Equal(4, _place.State("out.json").Count(f => !File.ReadAllText(f).Contains("given_up", StringComparison.Ordinal)));
        Assert.Equal(bytes, File.ReadAllBytes(_place["out/poison.mp4"]));
        (await _place.RunAsync("run", pipeline, "in", "--out", "out", "--on-poison", "perhaps")).Fails(ExitCode.Usage, "'perhaps'");
    }

    [Theory]
    [InlineData(0, 25, 50, "0.00")]
    [InlineData(50, 25, 0, "2.00")]
    public async Task Gap_at_either_end_moves_nothing(int before, int poison, int behind, string at)
    {
        NumberedVideo.WritePoison(_place["poison.ts"], before, poison, behind);
        _place.Workplace.Fake("encode", "chokes", NumberedVideo.PoisonBytes);
        var video = NumberedVideo.Times(_place["poison.ts"]);

        var result = await _place.RunAsync("run", _place.Transcoder(), "poison.ts", "--out", "out", "--segment-frames", "25", "--on-poison", "gap");

        result.Expect(ExitCode.PipelineFailed);
        Assert.Contains($"25 pictures from {at} s on (1.00 s) are left out", result.Error, StringComparison.Ordinal);
        int[] held = [.. Enumerable.Range(0, before), .. Enumerable.Range(before + poison, behind)];
        Assert.Equal(held, NumberedVideo.Read(_place["out/poison.mp4"]));
        Assert.Equal(held.Select(i => video[i]), NumberedVideo.Times(_place["out/poison.mp4"]));
    }

    [Fact]
    public async Task Pipeline_of_the_page_about_batches_runs()
    {
        var page = File.ReadAllText(Path.Combine(SharedFolder.Repository, "docs", "batch.md"));
        File.WriteAllText(_place["drives.yaml"], page.Split("```yaml\n")[1].Split("```")[0]);
        Directory.CreateDirectory(_place["dashcam"]);
        TestClips.Write(_place["dashcam/drive.mp4"], "-c:v libx264 -preset ultrafast -pix_fmt yuv420p", "s=64x48:r=25:d=0.2");

        (await _place.RunAsync("run", "drives.yaml", "dashcam", "--out", "results")).Expect(ExitCode.Done);

        Assert.Equal(["drive.jsonl", "drive.mp4"], Directory.GetFiles(_place["results"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Segments_that_are_to_be_kept_are()
    {
        _place.Video("a.mp4", 50);

        (await _place.RunAsync("run", _place.Transcoder(), "a.mp4", "--out", "out", "--segment-frames", "25", "--keep-segments")).Expect(ExitCode.Done);

        Assert.Equal(2, _place.Committed());
    }

    /// <summary>The outputs in a folder, by name; records without the time of day, which a batch leaves out.</summary>
    private Dictionary<string, string> Files(string folder) => Directory.EnumerateFiles(_place[folder], "*", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/.segpipe/", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetRelativePath(_place[folder], file), file => Path.GetExtension(file) == ".png" ? Convert.ToHexString(File.ReadAllBytes(file)) : WallTime().Replace(File.ReadAllText(file), ""));

    [GeneratedRegex("\"wall_time\":\"[^\"]*\",")]
    private static partial Regex WallTime();
}
