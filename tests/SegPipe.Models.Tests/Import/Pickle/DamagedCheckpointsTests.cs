using SegPipe.Models.Import;
using SegPipe.Models.Import.Pickle;
using SegPipe.Models.Import.PpMobileSeg;
using SegPipe.Testing;
using SegPipe.Testing.Checkpoints;
using Xunit.Abstractions;

namespace SegPipe.Models.Tests.Import.Pickle;

/// <summary>100,000 files for each reader: <c>SEGPIPE_FUZZ=100000 dotnet test --filter DamagedCheckpointsTests</c>.</summary>
public sealed class DamagedCheckpointsTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, TestTensor> Few = MicroMobileSeg.Create().Tensors.Take(12).ToDictionary();

    [Fact]
    public void Damaged_Paddle_parameters_are_read_or_refused() => Fuzz([CheckpointWriter.Paddle(Few)], file => All(PaddleParameters.Read("a.pdparams", file)));

    [Fact]
    public void Damaged_PyTorch_zips_are_read_or_refused() => Fuzz(
        [CheckpointWriter.TorchZip(Few), CheckpointWriter.TorchZip(Few, compression: System.IO.Compression.CompressionLevel.Optimal)], file => All(TorchZip.Read("a.pth", file)));

    [Fact]
    public void Damaged_old_PyTorch_files_are_read_or_refused() => Fuzz([CheckpointWriter.TorchStream(Few)], file => All(TorchStream.Read("a.pth", file)));

    [Fact]
    public void Damaged_pickles_in_sound_zips_are_read_or_refused() => Fuzz([CheckpointWriter.TorchPickle(Few)], pickle =>
        All(TorchZip.Read("a.pth", CheckpointWriter.Zip("net", pickle, Few.Values.Select(t => t.Bytes)))));

    [Fact]
    public void Networks_of_damaged_files_are_built_or_refused()
    {
        var net = MicroMobileSeg.Create();
        Fuzz([CheckpointWriter.Paddle(net.Paddle()), CheckpointWriter.TorchStream(net.Tensors)], file =>
        {
            var checkpoint = TorchStream.Recognises(file) ? TorchStream.Read("a.pth", file) : PaddleParameters.Read("a.pdparams", file);
            PpMobileSegImport.Import(checkpoint, new() { Name = "a", InputSize = new(64, 64) }, new ImportReport());
        });
    }

    private static void All(Checkpoint checkpoint)
    {
        foreach (var tensor in checkpoint.Tensors.Values) tensor.Values();
    }

    private void Fuzz(byte[][] sound, Action<byte[]> read)
    {
        foreach (var file in sound) read(file);
        var tally = ReaderFuzz.Run(sound, read);

        output.WriteLine($"{tally.Cases} files, {tally.Refused} refused, at most {tally.MostBytes} bytes beyond four times the file, slowest {tally.Slowest.TotalMilliseconds:0} ms");
        Assert.True(tally.Refused > tally.Cases / 4);
    }
}
