using System.Text;
using SegPipe.Models.Import;
using SegPipe.Models.Import.Hdf5;
using SegPipe.Models.Import.Keras;
using SegPipe.Models.Tests.Import.Hdf5;
using SegPipe.Testing;
using Xunit.Abstractions;

namespace SegPipe.Models.Tests.Import.Keras;

/// <summary>Damaged Keras files are imported or refused in one line, in bounded time and memory.</summary>
public sealed class KerasHostileInputTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_HDF5_file_is_refused_or_imported() => Check(new KerasH5Importer(), "tiny.h5");

    [Fact]
    public void A_damaged_archive_is_refused_or_imported() => Check(new KerasArchiveImporter(), "tiny.keras", "tiny_2_12.keras");

    [Fact]
    public void A_damaged_description_is_refused_or_converted()
    {
        var root = new Hdf5File("tiny.h5", File.ReadAllBytes(Hdf5Files.Path("tiny.h5"))).Root;
        Report("model_config", ReaderFuzz.Run([Encoding.UTF8.GetBytes(root.Texts("model_config")![0])], bytes =>
        {
            var intact = new Hdf5File("tiny.h5", File.ReadAllBytes(Hdf5Files.Path("tiny.h5"))).Root;
            var model = KerasModelReader.Read("damaged", bytes);
            KerasImport.Convert(model, new LegacyWeights(model, intact), new("test"), new() { Name = "test" }, new());
        }));
    }

    private void Check(IModelImporter importer, params string[] files)
    {
        var path = _folder["damaged"];
        Report(importer.Container, ReaderFuzz.Run([.. files.Select(file => File.ReadAllBytes(Hdf5Files.Path(file)))], bytes =>
        {
            File.WriteAllBytes(path, bytes);
            importer.Import(new(path), new() { Name = "test" }, new());
        }));
    }

    private void Report(string what, FuzzTally tally)
    {
        output.WriteLine($"{what} {tally}");
        Assert.InRange(tally.Refused, 1, tally.Cases - 1);
    }
}
