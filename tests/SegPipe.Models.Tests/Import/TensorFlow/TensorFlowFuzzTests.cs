using System.Globalization;
using SegPipe.Models.Import.TensorFlow;
using SegPipe.Models.Import.TensorFlow.Bundles;
using SegPipe.Testing;
using Xunit.Abstractions;

namespace SegPipe.Models.Tests.Import.TensorFlow;

/// <summary>Damaged graphs, indexes and object graphs: read, or refused in one line and in bounded memory.</summary>
public sealed class TensorFlowFuzzTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Damaged_frozen_graphs_are_read_or_refused()
    {
        var path = _folder["g.pb"];
        Report("frozen graph", ReaderFuzz.Run([GraphConversionTests.Shuffle().File, GraphConversionTests.Atrous().File, GraphConversionTests.Pooled().File], file =>
        {
            File.WriteAllBytes(path, file);
            new FrozenGraphImporter().Recognises(new(path));
            new FrozenGraphImporter().Import(new(path), new() { Name = "test", InputSize = file.Length % 3 == 0 ? new(12, 10) : null }, new());
        }));
    }

    [Fact]
    public void Damaged_indexes_are_read_or_refused()
    {
        var writer = TensorBundleTests.Whole();
        var prefix = writer.Write(_folder["m.ckpt"]);
        Report("index of a checkpoint", ReaderFuzz.Run([writer.Index()], file =>
        {
            File.WriteAllBytes(prefix + ".index", file.Length % 2 == 0 ? file : writer.Seal(file));
            TensorBundle.PrefixOf(prefix);
            var bundle = TensorBundle.Open(prefix);
            foreach (var name in bundle.Names) bundle.Read(name);
        }));
    }

    [Fact]
    public void Damaged_object_graphs_are_read_or_refused()
    {
        var prefix = TensorBundleTests.WithObjects().Write(_folder["m.ckpt"]);
        var data = prefix + ".data-00000-of-00001";
        Report("object graph", ReaderFuzz.Run([File.ReadAllBytes(data)], file =>
        {
            File.WriteAllBytes(data, file);
            var graph = ObjectGraph.Find(TensorBundle.Open(prefix), "head");
            if (graph is not null && graph.Has("head/kernel")) graph.Read("head/kernel");
        }));
    }

    private void Report(string reader, FuzzTally tally) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{reader}: {tally.Cases} damaged files, {tally.Refused} refused, at most {tally.MostBytes} bytes beyond four times the file, {tally.Slowest.TotalMilliseconds:F0} ms"));
}
