using System.Globalization;
using SegPipe.Models.Import;
using SegPipe.Models.Import.TensorFlow;
using SegPipe.Testing;
using Xunit.Abstractions;

namespace SegPipe.Stages.Tests.Import;

/// <summary>MOSAIC of TensorFlow 2 against the Keras model's own logits and classes.</summary>
public sealed class MosaicParityTests(ITestOutputHelper output)
{
    private const string Folder = "goldens/mosaic_tf2/";

    [SkippableFact]
    public void A_SavedModel_gives_the_logits_of_Keras() => Check(new SavedModelImporter(), "mosaic_ebf32_nogp.saved_model");

    [SkippableFact]
    public void A_training_checkpoint_gives_the_logits_of_Keras() => Check(new CheckpointImporter(), "mosaic_ebf32_nogp.ckpt-100000.index");

    private void Check(IModelImporter importer, string file)
    {
        Skip.IfNot(SharedFolder.Find(Folder + file) is { }, "the goldens are not here");
        var source = new ImportSource(SharedFolder.Find(Folder + file)!);
        Assert.True(importer.Recognises(source));
        var report = new ImportReport();
        var network = importer.Import(source, new() { Name = "test", KeepHead = true }, report);

        var run = ImportedRun.Of(network, SharedFolder.Find(Folder + "cityscapes.2048x1024.input.png")!);
        var golden = NpyFile.Read(SharedFolder.Find(Folder + "ebf32_nogp.cityscapes.lowres_rows_112_128.npy")!);
        var (difference, beyond) = (run.LargestDifference(golden, firstRow: 112), run.LargestDifference(golden, firstRow: 112, relative: 1e-3f));
        var agreement = run.Agreement(SharedFolder.Find(Folder + "ebf32_nogp.cityscapes.labels.png")!);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: largest difference {difference:G3}, beyond 0.1 % of the value {beyond:G3}, {agreement:F4} % of the labels, {report.Parameters} parameters"));
        Assert.True(difference <= 2e-3f || beyond <= 0);
        Assert.InRange(agreement, 99.9, 100);
    }
}
