using System.Text;
using SegPipe.Models.Import;
using SegPipe.Models.Import.Keras;
using SegPipe.Models.Tests.Import.Hdf5;
using SegPipe.Testing;
using Xunit.Abstractions;

namespace SegPipe.Models.Tests.Import.Keras;

/// <summary>Damaged Keras files; SEGPIPE_HOSTILE_INPUTS=100000 tries as many of each.</summary>
public sealed class KerasHostileInputTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tiny.h5", typeof(KerasH5Importer))]
    [InlineData("tiny.keras", typeof(KerasArchiveImporter))]
    [InlineData("tiny_2_12.keras", typeof(KerasArchiveImporter))]
    public void A_damaged_file_is_refused_or_imported_in_bounded_memory(string file, Type importer)
    {
        var path = _folder[file];
        Report(file, HostileInput.Check(File.ReadAllBytes(Hdf5Files.Path(file)), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            ((IModelImporter)Activator.CreateInstance(importer)!).Import(new(path), new() { Name = "test" }, new());
        }, HostileInput.Inputs(500)));
    }

    [Fact]
    public void A_damaged_description_is_refused_or_converted()
    {
        var root = new SegPipe.Models.Import.Hdf5.Hdf5File("tiny.h5", File.ReadAllBytes(Hdf5Files.Path("tiny.h5"))).Root;
        Report("model_config", HostileInput.Check(Encoding.UTF8.GetBytes(root.Texts("model_config")![0]), bytes =>
        {
            var model = KerasModelReader.Read("damaged", bytes);
            KerasImport.Convert(model, new LegacyWeights(model, root), new("test"), new() { Name = "test" }, new());
        }, HostileInput.Inputs(500)));
    }

    private void Report(string what, HostileResult result)
    {
        output.WriteLine($"{what}: {result.Inputs} inputs, {result.Accepted} still readable, slowest {result.Slowest.TotalMilliseconds:F0} ms, at most {result.MostAllocated >> 10} KiB beyond four times the size");
        Assert.InRange(result.Accepted, 1, result.Inputs - 1);
    }
}
