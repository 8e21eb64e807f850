using SegPipe.Frames;
using SegPipe.Models.Import;
using SegPipe.Models.Import.Pickle;
using SegPipe.Models.Import.PpMobileSeg;
using SegPipe.Testing.Checkpoints;

namespace SegPipe.Models.Tests.Import.PpMobileSeg;

public sealed class TrainingMetaTests
{
    private const string Configuration = """
        crop_size = (
            512,
            1024,
        )
        data_preprocessor = dict(
            bgr_to_rgb=True, mean=[123.675, 116.28, 103.53], pad_val=0, size=(512, 512), std=[
                58.395, 57.12, 57.375,
            ], type='SegDataPreProcessor')
        dataset_type = 'CityscapesDataset'
        model = dict(data_preprocessor=dict(mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375]))
        """;

    [Theory]
    [InlineData("CLASSES", "PALETTE")]
    [InlineData("classes", "palette")]
    public void Classes_and_colours_are_taken(string classes, string palette)
    {
        var table = Meta(w => Table(w, classes, palette)).Classes(2);

        Assert.Equal([new(0, "road", "#804080"), new(1, "car", "#00008e")], table!.Entries);
    }

    [Fact]
    public void The_data_sets_own_dictionary_is_looked_into()
    {
        var table = Meta(w => w.Text("dataset_meta").Dictionary(d => Table(d, "classes", "palette"))).Classes(2);

        Assert.Equal(["road", "car"], table!.Entries.Select(e => e.Name));
    }

    [Fact]
    public void Colours_may_be_an_array() => Assert.Equal("#010203", Meta(w =>
    {
        w.Text("classes").Tuple(t => t.Text("only"));
        w.Text("palette").Array("u1", [1, 3], [1, 2, 3], "|");
    }).Classes(1)!.Entries[0].Color);

    [Fact]
    public void Another_number_of_classes_is_not_taken()
    {
        var meta = Meta(w => Table(w, "classes", "palette"));

        Assert.Null(meta.Classes(3));
        Assert.Null(Meta(w => w.Text("classes").Number(150)).Classes(150));
        Assert.Null(new TrainingMeta(null).Classes(2));
    }

    [Fact]
    public void Names_stay_apart_and_clean()
    {
        var table = Meta(w => w.Text("classes").Tuple(t => t.Text("road").Text("road").Text("").Text("a\nb"))).Classes(4);

        Assert.Equal(["road", "road 1", "2", "a b"], table!.Entries.Select(e => e.Name));
    }

    [Fact]
    public void The_configuration_tells_how_pictures_are_prepared()
    {
        var meta = Meta(w => w.Text("cfg").Text(Configuration));

        Assert.Equal(new PictureSize(1024, 512), meta.CropSize);
        Assert.Equal("CityscapesDataset", meta.Training);
        Assert.Equal(ChannelOrder.Rgb, meta.Order);
        var (mean, scale) = Normalisation.Imagenet.Numbers();
        Assert.Equal(mean, meta.Normalisation!.Value.Mean.Select(m => MathF.Round(m, 6)));
        Assert.Equal(scale.Select(s => MathF.Round(s, 5)), meta.Normalisation!.Value.Scale.Select(s => MathF.Round(s, 5)));
    }

    [Fact]
    public void Contradictions_are_not_guessed_at()
    {
        var meta = Meta(w => w.Text("config").Text(Configuration + "\nother = dict(mean=[0, 0, 0])\ncrop_size = (256, 256)\nbgr_to_rgb=False"));

        Assert.Null(meta.Normalisation);
        Assert.Null(meta.CropSize);
        Assert.Equal(ChannelOrder.Bgr, meta.Order);
    }

    [Theory]
    [InlineData("mean=[1, 2, 3]\nstd=[0, 1, 1]")]
    [InlineData("mean=[1, 2]\nstd=[1, 1]")]
    [InlineData("mean=['a', 2, 3]\nstd=[1, 1, 1]")]
    [InlineData("")]
    public void Numbers_that_are_none_are_left(string configuration) => Assert.Null(Meta(w => w.Text("cfg").Text(configuration)).Normalisation);

    [Fact]
    public void The_card_of_a_checkpoint_with_a_configuration_follows_it()
    {
        var file = CheckpointWriter.TorchZip(MicroMobileSeg.Create(2).Tensors, w => Table(w.Text("cfg").Text(Configuration.Replace("103.53", "99", StringComparison.Ordinal)), "CLASSES", "PALETTE"));
        var report = new ImportReport();
        var network = PpMobileSegImport.Import(TorchZip.Read("a.pth", file), new() { Name = "a" }, report);

        Assert.Equal(new PictureSize(1024, 512), network.Input.Size);
        Assert.Equal(99 / 255f, network.Input.Mean[2]);
        Assert.Equal(2, network.Classes!.Count);
        Assert.DoesNotContain(report.Warnings, w => w.Contains("normalise"));
    }

    [Fact]
    public void A_file_that_says_nothing_is_prepared_as_ImageNet_and_reported()
    {
        var report = new ImportReport();
        var network = PpMobileSegImport.Import(TorchZip.Read("a.pth", CheckpointWriter.TorchZip(MicroMobileSeg.Create().Tensors)), new() { Name = "a" }, report);

        Assert.Equal(Normalisation.Imagenet.Numbers().Mean, network.Input.Mean);
        Assert.Contains(report.Warnings, w => w.Contains("--normalise signed"));
    }

    private static void Table(PickleWriter w, string classes, string palette)
    {
        w.Text(classes).Tuple(t => t.Text("road").Text("car"));
        w.Text(palette).Tuple(t => t.Numbers(128, 64, 128).Numbers(0, 0, 142));
    }

    private static TrainingMeta Meta(Action<PickleWriter> entries) =>
        new((PickleDictionary)Unpickler.Read(new PickleCursor("a", PickleWriter.Begin().Dictionary(entries).End(), 0))!);
}
