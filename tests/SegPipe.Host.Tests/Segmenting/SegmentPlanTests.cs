using SegPipe.Host.Segmenting;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Segmenting;

public sealed class SegmentPlanTests : IDisposable
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 0];
    private readonly TemporaryFolder _folder = new();
    private readonly string _video;
    private readonly string _picture;

    public SegmentPlanTests()
    {
        (_video, _picture) = (_folder["drive.mkv"], _folder["photo.jpg"]);
        File.WriteAllBytes(_video, [1, 2, 3]);
        File.WriteAllBytes(_picture, Png);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_o_and_labels_the_overlay_is_named_after_the_input()
    {
        Assert.Equal("drive.segmented.mkv", Only(_video).Overlay);
        Assert.Equal("photo.segmented.png", Only(_picture).Overlay);
        Assert.Null(Only(_video).Labels);
    }

    [Fact]
    public void A_container_that_is_not_written_becomes_mp4()
    {
        File.Copy(_video, _folder["old.wmv"]);

        Assert.Equal("old.segmented.mp4", Only(_folder["old.wmv"]).Overlay);
    }

    [Fact]
    public void Labels_alone_write_no_overlay()
    {
        Assert.Equal(new(_video, InputKind.Video, null, "masks"), Only(_video, labels: "masks"));
        Assert.Equal(new(_picture, InputKind.Picture, null, "mask.png"), Only(_picture, labels: "mask.png"));
    }

    [Fact]
    public void O_and_labels_go_together() =>
        Assert.Equal(new(_video, InputKind.Video, "o.mp4", "masks"), Only(_video, "o.mp4", "masks"));

    [Fact]
    public void A_folder_that_exists_takes_files_under_their_own_names()
    {
        var job = Only(_picture, _folder.Path, _folder.Path);

        Assert.Equal(_folder["photo.segmented.png"], job.Overlay);
        Assert.Equal(_folder["photo.png"], job.Labels);
    }

    [Fact]
    public void Several_inputs_get_one_name_each()
    {
        var jobs = SegmentPlan.Of(Request([_video, _picture], "overlays", "masks"));

        Assert.Equal(["overlays/drive.segmented.mkv", "overlays/photo.segmented.png"], jobs.Select(j => j.Overlay));
        Assert.Equal(["masks/drive", "masks/photo.png"], jobs.Select(j => j.Labels));
    }

    [Fact]
    public void A_folder_of_pictures_becomes_folders()
    {
        Assert.Equal(new(_folder.Path, InputKind.Folder, "overlays", "masks"), Only(_folder.Path, "overlays", "masks"));
        Assert.Equal(Path.GetFileName(_folder.Path) + ".segmented", Only(_folder.Path).Overlay);
    }

    [Fact]
    public void Two_results_under_one_name_are_refused()
    {
        Directory.CreateDirectory(_folder["other"]);
        File.Copy(_video, _folder["other/drive.mkv"]);

        var refused = Assert.Throws<SegPipeException>(() => SegmentPlan.Of(Request([_video, _folder["other/drive.mkv"]], "overlays")));

        Assert.Equal(ExitCode.Usage, refused.Code);
    }

    [Fact]
    public void Class_maps_of_one_picture_may_go_into_a_folder() =>
        Assert.Equal("masks/photo.png", Only(_picture, labels: "masks").Labels);

    [Fact]
    public void Class_maps_of_a_video_do_not_fit_into_one_file() =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<SegPipeException>(() => Only(_video, labels: "mask.png")).Code);

    [Fact]
    public void An_input_is_never_written_over() =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<SegPipeException>(() => Only(_video, _video)).Code);

    [Fact]
    public void The_overlay_of_a_video_needs_a_container() =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<SegPipeException>(() => Only(_video, "o.png")).Code);

    [Fact]
    public void The_overlay_of_a_picture_is_a_png() =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<SegPipeException>(() => Only(_picture, "o.jpg")).Code);

    private static SegmentJob Only(string input, string? output = null, string? labels = null) => Assert.Single(SegmentPlan.Of(Request([input], output, labels)));

    private static SegmentRequest Request(string[] inputs, string? output = null, string? labels = null) =>
        new() { Inputs = inputs, Model = "m.onnx", Out = output, Labels = labels, Mode = SegmentMode.Exact, Opacity = 0.5 };
}
