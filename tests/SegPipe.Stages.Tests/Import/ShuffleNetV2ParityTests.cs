using System.Globalization;
using SegPipe.Frames;
using SegPipe.Models.Import;
using SegPipe.Models.Import.TensorFlow;
using SegPipe.Testing;
using Xunit.Abstractions;

namespace SegPipe.Stages.Tests.Import;

/// <summary>ShuffleNetV2 against TensorFlow's own logits and classes.</summary>
public sealed class ShuffleNetV2ParityTests(ITestOutputHelper output)
{
    private const string Folder = "goldens/shufflenet_v2/";

    [SkippableTheory]
    [InlineData("basic", "photo_01")]
    [InlineData("basic", "cityscapes")]
    [InlineData("dpc", "photo_01")]
    [InlineData("dpc", "cityscapes")]
    public void A_frozen_graph_gives_the_logits_of_TensorFlow(string variant, string picture) =>
        Check(new FrozenGraphImporter(), $"shufflenetv2_{variant}_1024x512.pb", variant, picture, new(1024, 512), size: null);

    [SkippableFact]
    public void A_frozen_graph_can_be_imported_at_another_input_size() =>
        Check(new FrozenGraphImporter(), "shufflenetv2_dpc_1024x512.pb", "dpc_225", "cityscapes", new(225, 225), size: new(225, 225));

    [SkippableTheory]
    [InlineData("basic", "photo_01")]
    [InlineData("basic", "cityscapes")]
    [InlineData("dpc", "photo_01")]
    [InlineData("dpc", "cityscapes")]
    public void A_checkpoint_gives_the_logits_of_TensorFlow(string variant, string picture) =>
        Check(new CheckpointImporter(), $"shufflenetv2_{variant}.ckpt-120000.index", variant, picture, new(1024, 512), size: null);

    [SkippableFact]
    public void A_checkpoint_can_be_imported_at_the_size_of_the_export_script() =>
        Check(new CheckpointImporter(), "shufflenetv2_dpc.ckpt-120000.index", "dpc_225", "cityscapes", new(225, 225), size: new(225, 225));

    private void Check(IModelImporter importer, string file, string variant, string picture, PictureSize expected, PictureSize? size)
    {
        Skip.IfNot(SharedFolder.Find(Folder + file) is { }, "the goldens are not here");
        var source = new ImportSource(SharedFolder.Find(Folder + file)!);
        Assert.True(importer.Recognises(source));
        var report = new ImportReport();
        var network = importer.Import(source, new() { Name = "test", InputSize = size, KeepHead = true }, report);
        Assert.Equal(expected, network.Input.Size);

        var run = ImportedRun.Of(network, SharedFolder.Find($"{Folder}{picture}.{expected}.input.png")!);
        var difference = run.LargestDifference(NpyFile.Read(SharedFolder.Find($"{Folder}{variant}.{picture}.lowres.npy")!));
        var agreement = run.Agreement(SharedFolder.Find($"{Folder}{variant}.{picture}.labels.png")!);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file} {picture}: largest difference {difference:G3}, {agreement:F4} % of the labels, {report.Parameters} parameters"));
        Assert.InRange(difference, 0, 2e-3f);
        Assert.InRange(agreement, 99.9, 100);
    }
}
