using SegPipe.Testing;

namespace SegPipe.Host.Tests.Commands;

public sealed class SegmentPictureTests : IDisposable
{
    private const int Width = 320, Height = 160;
    private readonly TemporaryFolder _folder = new();
    private readonly string _picture;

    public SegmentPictureTests()
    {
        _picture = _folder["photo.png"];
        Tool.Ffmpeg($"-i {Cli.InRepository("assets/street.mp4")} -frames:v 1 -vf scale={Width}:{Height}", _picture);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task O_and_labels_of_one_picture_are_one_file_each()
    {
        (await Cli.RunAsync("segment", _picture, "-o", _folder["o.png"], "--labels", _folder["l.png"])).Expect(ExitCode.Done);

        var labels = GrayPng.Read(_folder["l.png"]);
        Assert.Equal((Width, Height), (labels.Width, labels.Height));
        Assert.Equal($"{Width},{Height},rgb24", Tool.Ffprobe("-show_entries stream=width,height,pix_fmt -of csv=p=0", _folder["o.png"])[0]);
        Assert.All(labels.Pixels, c => Assert.InRange(c, 0, 18));
        Assert.True(labels.Pixels.Distinct().Count() > 3);
    }

    [Fact]
    public async Task Without_o_and_labels_the_overlay_lies_in_the_working_folder()
    {
        Directory.CreateDirectory(_folder["here"]);

        var result = (await ProgramChild.RunAsync(_folder["here"], "segment", "../photo.png")).Expect(ExitCode.Done);

        Assert.True(File.Exists(_folder["here/photo.segmented.png"]));
        Assert.Contains("wrote photo.segmented.png", result.Error);
        Assert.Equal("", result.Out);
    }

    [Fact]
    public async Task At_model_size_the_class_map_has_the_size_of_the_models_input()
    {
        (await Cli.RunAsync("segment", _picture, "--labels", _folder["l.png"], "--at-model-size")).Expect(ExitCode.Done);

        var labels = GrayPng.Read(_folder["l.png"]);
        Assert.Equal((1024, 512), (labels.Width, labels.Height));
        Assert.False(File.Exists(_folder["photo.segmented.png"]));
    }

    [Fact]
    public async Task Several_pictures_and_a_folder_keep_their_names()
    {
        Directory.CreateDirectory(_folder["more"]);
        File.Copy(_picture, _folder["more/first.png"]);
        File.Copy(_picture, _folder["more/second.png"]);

        (await Cli.RunAsync("segment", _picture, _folder["more/first.png"], "--labels", _folder["two"])).Expect(ExitCode.Done);
        (await Cli.RunAsync("segment", _folder["more"], "--labels", _folder["all"], "-o", _folder["overlays"])).Expect(ExitCode.Done);

        Assert.Equal(["first.png", "photo.png"], Names("two"));
        Assert.Equal(["first.png", "second.png"], Names("all"));
        Assert.Equal(["first.png", "second.png"], Names("overlays"));
        Assert.Equal(File.ReadAllBytes(_folder["two/first.png"]), File.ReadAllBytes(_folder["all/second.png"]));
    }

    [Fact]
    public async Task A_picture_is_known_by_its_content()
    {
        File.Copy(_picture, _folder["photo.mp4"]);

        (await Cli.RunAsync("segment", _folder["photo.mp4"], "--labels", _folder["l.png"])).Expect(ExitCode.Done);

        Assert.Equal(Width, GrayPng.Read(_folder["l.png"]).Width);
    }

    [Fact]
    public async Task Paper_mode_shows_no_class_that_wins_no_cell()
    {
        (await Cli.RunAsync("segment", _picture, "--labels", _folder["exact.png"])).Expect(ExitCode.Done);
        (await Cli.RunAsync("segment", _picture, "--labels", _folder["paper.png"], "--mode", "paper")).Expect(ExitCode.Done);

        Assert.Subset(GrayPng.Read(_folder["exact.png"]).Pixels.ToHashSet(), GrayPng.Read(_folder["paper.png"]).Pixels.ToHashSet());
    }

    [Fact]
    public async Task Opacity_zero_is_the_picture_itself()
    {
        (await Cli.RunAsync("segment", _picture, "-o", _folder["o.png"], "--opacity", "0")).Expect(ExitCode.Done);

        Assert.Equal(Rgb(_picture), Rgb(_folder["o.png"]));
    }

    [Fact]
    public async Task The_printed_pipeline_is_what_would_run()
    {
        var direct = _folder["direct.png"];
        (await Cli.RunAsync("segment", _picture, "--labels", direct)).Expect(ExitCode.Done);
        var printed = (await Cli.RunAsync("segment", _picture, "--labels", _folder["printed.png"], "--print-pipeline")).Expect(ExitCode.Done);
        Assert.False(File.Exists(_folder["printed.png"]));

        var file = SmallPipelines.Write(_folder.Path, "printed.yaml", printed.Out);
        (await Cli.RunAsync("run", file, "--output-root", _folder.Path)).Expect(ExitCode.Done);

        Assert.Equal(File.ReadAllBytes(direct), File.ReadAllBytes(_folder["printed.png"]));
    }

    [Fact]
    public async Task Names_that_yaml_would_misread_are_taken_as_they_are()
    {
        var odd = _folder["null ${HOME} #1: \"a'b\".png"];
        File.Copy(_picture, odd);

        (await Cli.RunAsync("segment", odd, "--labels", _folder["$l {x}.png"])).Expect(ExitCode.Done);

        Assert.True(File.Exists(_folder["$l {x}.png"]));
    }

    [Fact]
    public async Task What_cannot_be_segmented_is_told_in_two_lines()
    {
        File.WriteAllText(_folder["cut.png"], "");
        File.WriteAllBytes(_folder["damaged.png"], File.ReadAllBytes(_picture)[..200]);

        (await Cli.RunAsync("segment", _folder["nowhere.png"])).Fails(ExitCode.InputMissing, "nowhere.png");
        (await Cli.RunAsync("segment", _folder["cut.png"])).Fails(ExitCode.InputUnusable, "cut.png is empty");
        (await Cli.RunAsync("segment", _folder["damaged.png"], "-o", _folder["o.png"])).Fails(ExitCode.InputUnusable, "damaged.png");
        (await Cli.RunAsync("segment", _picture, "--model", "nowhere")).Fails(ExitCode.InputMissing, "nowhere", "street-tiny");
        (await Cli.RunAsync("segment", _picture, "--at-model-size")).Fails(ExitCode.Usage, "--labels");
        (await Cli.RunAsync("segment", _picture, "-o", _folder["o.jpg"])).Fails(ExitCode.Usage, ".png");
        Assert.False(File.Exists(_folder["o.png"]));
    }

    [Fact]
    public async Task One_bad_input_of_several_does_not_keep_the_others_from_being_segmented()
    {
        File.WriteAllBytes(_folder["damaged.png"], File.ReadAllBytes(_picture)[..200]);

        (await Cli.RunAsync("segment", _folder["damaged.png"], _picture, "--labels", _folder["l"])).Fails(ExitCode.InputUnusable, "damaged.png");

        Assert.Equal(["photo.png"], Names("l"));
    }

    private IEnumerable<string?> Names(string folder) => Directory.EnumerateFiles(_folder[folder]).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private static byte[] Rgb(string picture) => Tool.Ffmpeg("-i", [picture, "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]);
}
