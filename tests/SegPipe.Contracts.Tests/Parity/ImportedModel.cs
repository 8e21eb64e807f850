using System.Runtime.InteropServices;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Host;
using SegPipe.Models;
using SegPipe.Pictures;
using SegPipe.Stages.Inference;
using SegPipe.Testing;

namespace SegPipe.Parity;

/// <summary>A file that was imported through the command line, and what it makes of pictures of its input's size.</summary>
internal sealed class ImportedModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ModelSession? _session;

    private ImportedModel()
    {
    }

    private string Path => _folder["model.onnx"];

    /// <summary>Imports a file.</summary>
    public static async Task<ImportedModel> OfAsync(string file, params string[] options)
    {
        var model = new ImportedModel();
        (await RunAsync(["models", "import", file, "--out", model.Path, .. options])).Expect(ExitCode.Done);
        return model;
    }

    /// <summary>Share of the pixels, in per cent, that have the class of a golden class map.</summary>
    public Task<double> AgreementAsync(string picture, string golden, string mode = "exact") => AgreementAsync(picture, GrayPng.Read(golden), mode);

    /// <summary>Share of the pixels, in per cent, that have the class of a class map.</summary>
    public async Task<double> AgreementAsync(string picture, GrayPng wanted, string mode = "exact")
    {
        var labels = _folder["labels.png"];
        (await RunAsync("segment", picture, "--model", Path, "--labels", labels, "--at-model-size", "--mode", mode)).Expect(ExitCode.Done);
        var found = GrayPng.Read(labels);
        Assert.Equal((wanted.Width, wanted.Height), (found.Width, found.Height));
        return 100.0 * found.Pixels.Zip(wanted.Pixels).Count(pair => pair.First == pair.Second) / found.Pixels.Length;
    }

    /// <summary>The network's own output for a picture of its input's size: planes of cells.</summary>
    public Logits Run(string picture)
    {
        _session ??= ModelSession.Load(ModelFile.Load(Path), ModelProvider.Cpu, Environment.ProcessorCount);
        var card = _session.Model.Card;
        var values = new float[card.Classes.Count * card.Output.Size.Width * card.Output.Size.Height];
        var input = Prepare(card.Input, PngReader.Read(picture));
        var run = _session.CreateRun();
        unsafe
        {
            fixed (byte* from = input)
            fixed (float* target = values) run.Run((nint)from, (nint)target);
        }

        return new(card.Classes.Count, card.Output.Size, values);
    }

    public void Dispose()
    {
        _session?.Dispose();
        _folder.Dispose();
    }

    private static byte[] Prepare(CardInput card, PngImage picture)
    {
        Assert.Equal((card.Size.Width, card.Size.Height, 3), (picture.Width, picture.Height, picture.Channels));
        if (card is { Element: ElementType.UInt8, Layout: TensorLayout.Nhwc }) return picture.Samples;
        var plane = picture.Width * picture.Height;
        var values = new float[picture.Samples.Length];
        var ordered = new byte[picture.Samples.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (pixel, channel) = (i / 3, i % 3);
            var place = card.Layout == TensorLayout.Nchw ? channel * plane + pixel : i;
            ordered[place] = picture.Samples[i];
            values[place] = (picture.Samples[i] / 255f - card.Mean[channel]) * card.Scale[channel];
        }

        return card.Element == ElementType.UInt8 ? ordered : MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    private static async Task<CliResult> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        using var console = new HostConsole { Out = output, Error = TextWriter.Synchronized(error) };
        var code = await Host.Program.RunAsync(arguments, console);
        return new(code, output.ToString(), error.ToString());
    }
}

/// <summary>A network's output: planes of cells, a plane a class.</summary>
internal sealed record Logits(int Classes, PictureSize Size, float[] Values)
{
    /// <summary>Differences to golden values that lie class by class or cell by cell, from a row on; quantised ones are made real first.</summary>
    public IEnumerable<(float Difference, float Golden)> Against(NpyFile golden, bool planar, int firstRow = 0, float scale = 1, float zeroPoint = 0)
    {
        var cells = golden.Values.Length / Classes;
        for (var i = 0; i < golden.Values.Length; i++)
        {
            var (plane, cell) = planar ? (i / cells, i % cells) : (i % Classes, i / Classes);
            var wanted = (golden.Values[i] - zeroPoint) * scale;
            yield return (Math.Abs(Values[plane * Size.Width * Size.Height + firstRow * Size.Width + cell] - wanted), Math.Abs(wanted));
        }
    }
}
