using System.Globalization;
using SegPipe.Models.Import;
using SegPipe.Testing;
using Xunit.Abstractions;

namespace SegPipe.Stages.Tests.Import;

/// <summary>DeepLabV3 of the STM32 model zoo against TensorFlow's own logits and classes.</summary>
public sealed class KerasParityTests(ITestOutputHelper output)
{
    private const string Folder = "goldens/deeplab_stm32/";
    private const string Stem = "deeplab_v3_mobilenetv2_05_16_320_asppv2";

    [SkippableTheory]
    [InlineData(".h5", "Keras HDF5", "photo_01")]
    [InlineData(".h5", "Keras HDF5", "cityscapes")]
    [InlineData("_keras3.keras", "Keras archive", "photo_01")]
    [InlineData("_keras3.keras", "Keras archive", "cityscapes")]
    public void A_Keras_file_gives_the_logits_of_TensorFlow(string file, string container, string picture)
    {
        Skip.IfNot(SharedFolder.Find(Folder + Stem + file) is { }, "the goldens are not here");
        var source = new ImportSource(SharedFolder.Find(Folder + Stem + file)!);
        var importer = Importers.For(source);
        Assert.Equal(container, importer.Container);
        var report = new ImportReport();

        var network = importer.Import(source, new() { Name = "test", KeepHead = true }, report);

        Assert.Equal(new(320, 320), network.Input.Size);
        Assert.Equal("deeplab_v3_mobilenetv2", network.Family);
        Assert.Equal(896_133, report.Parameters);
        Assert.Empty(report.Warnings);
        Assert.DoesNotContain(network.Graph.Graph.Node, node => node.OpType is "BatchNormalization" or "Mul" or "Pad" or "Transpose");
        var run = ImportedRun.Of(network, SharedFolder.Find($"{Folder}{picture}.320x320.input.png")!);
        var difference = run.LargestDifference(NpyFile.Read(SharedFolder.Find($"{Folder}keras.{picture}.lowres.npy")!));
        var agreement = run.Agreement(SharedFolder.Find($"{Folder}keras.{picture}.labels.png")!);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stem}{file} {picture}: largest difference {difference:G3}, {agreement:F4} % of the labels"));
        Assert.InRange(difference, 0, 1e-3f);
        Assert.InRange(agreement, 99.9, 100);
    }
}
