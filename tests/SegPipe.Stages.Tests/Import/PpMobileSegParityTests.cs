using System.Globalization;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SegPipe.Frames;
using SegPipe.Models.Import;
using SegPipe.Models.Import.Pickle;
using SegPipe.Models.Import.PpMobileSeg;
using SegPipe.Testing;
using SegPipe.Testing.Checkpoints;
using Xunit.Abstractions;

namespace SegPipe.Stages.Tests.Import;

/// <summary>PP-MobileSeg against plain loops, against PaddleSeg's own logits, and against the demonstration model.</summary>
public sealed class PpMobileSegParityTests(ITestOutputHelper output)
{
    private const string Folder = "goldens/pp_mobileseg/";

    [Theory]
    [InlineData(64, 64, true, 16)]
    [InlineData(64, 64, false, 16)]
    [InlineData(101, 67, true, 16)]
    [InlineData(101, 67, false, 16)]
    [InlineData(72, 138, true, 5)]
    [InlineData(33, 65, false, 1)]
    public void Networks_of_any_size_give_the_logits_of_plain_loops(int width, int height, bool gated, int positions)
    {
        var net = MicroMobileSeg.Create(gated: gated, positions: positions);
        var picture = NhwcMap.Ramp(height, width, 3, 0.17);
        var network = PpMobileSegImport.Import(TorchZip.Read("a.pth", CheckpointWriter.TorchZip(net.Tensors)), new() { Name = "a", InputSize = new(width, height) }, new());

        var found = Run(network.Graph.Build().ToByteArray(), picture.ToPlanes(), new(width, height));
        var wanted = new MobileSegReference(net.Tensors).Logits(picture).ToPlanes();

        Assert.Equal(wanted.Length, found.Length);
        var largest = wanted.Max(Math.Abs);
        Assert.InRange(LargestDifference(found, wanted), 0, 2e-5f * largest);
        Assert.True(wanted.Distinct().Count() > wanted.Length / 2, "the reference itself says nothing");
    }

    [SkippableTheory]
    [InlineData("base", ".pdparams", "512x512_photo_01")]
    [InlineData("base", ".pdparams", "512x512_cityscapes_segmentation")]
    [InlineData("base", ".pdparams", "768x384_photo_03")]
    [InlineData("tiny", ".pdparams", "768x384_photo_03")]
    [InlineData("tiny", ".pth", "512x512_photo_01")]
    [InlineData("tiny", ".pth", "512x512_cityscapes_segmentation")]
    [InlineData("tiny", ".pth", "768x384_photo_03")]
    public void Weights_of_either_framework_give_the_logits_of_PaddleSeg(string net, string extension, string picture)
    {
        Skip.IfNot(SharedFolder.Find(Folder) is not null, "the goldens are not here");
        var file = $"{Folder}pp_mobileseg_{net}{extension}";
        int[] size = [.. picture.Split('_')[0].Split('x').Select(side => int.Parse(side, CultureInfo.InvariantCulture))];
        var report = new ImportReport();
        var network = Import(file, new(size[0], size[1]), report);

        Assert.Equal($"pp_mobileseg_{net}", network.Family);
        Assert.Equal(net == "base" ? 5_943_878 : 1_492_298, report.Parameters);
        Assert.Empty(report.Warnings);
        var planes = Prepared(network.Input, $"{Folder}{picture}.input.png");
        var found = Run(network.Graph.Build().ToByteArray(), planes, network.Input.Size);
        var difference = LargestDifference(found, NpyFile.Read(SharedFolder.Find($"{Folder}{net}_{picture}.lowres.npy")!).Values);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{net}{extension} {picture}: largest difference {difference:G3}"));
        Assert.InRange(difference, 0, 1e-3f);
    }

    [SkippableFact]
    public void The_demonstration_weights_give_the_demonstration_model()
    {
        Skip.IfNot(SharedFolder.Find("models/street/street-tiny.pth") is not null, "the street's model is not here");
        var report = new ImportReport();
        var network = Import("models/street/street-tiny.pth", new(1024, 512), report);
        var random = new Random(1);
        float[] picture = [.. Enumerable.Range(0, 3 * 512 * 1024).Select(_ => 2 * random.NextSingle() - 1)];

        var found = Run(network.Graph.Build().ToByteArray(), picture, network.Input.Size);
        var wanted = Run(File.ReadAllBytes(SharedFolder.Find("models/street/street-tiny.onnx")!), picture, network.Input.Size);

        Assert.InRange(LargestDifference(found, wanted), 0, 1e-4f);
        Assert.Equal(["road", "sidewalk", "building"], network.Classes!.Entries.Take(3).Select(c => c.Name));
        Assert.Equal("#804080", network.Classes.Entries[0].Color);
        Assert.Equal("procedural street", network.Training);
        Assert.Contains("--normalise signed", Assert.Single(report.Warnings));
    }

    private static ImportedNetwork Import(string file, PictureSize size, ImportReport report)
    {
        var source = new ImportSource(SharedFolder.Find(file)!);
        var importer = Assert.Single(Importers.All, importer => importer.Recognises(source));
        return importer.Import(source, new() { Name = "test", InputSize = size }, report);
    }

    private static float[] Prepared(Models.CardInput card, string png)
    {
        var rgb = Tool.Ffmpeg("-f png_pipe", "-i", SharedFolder.Find(png)!, "-f", "rawvideo", "-pix_fmt", "rgb24", "-");
        return [.. Enumerable.Range(0, rgb.Length).Select(i => (Channel: i * 3 / rgb.Length, Pixel: i % (rgb.Length / 3))).Select(p => (rgb[p.Pixel * 3 + p.Channel] / 255f - card.Mean[p.Channel]) * card.Scale[p.Channel])];
    }

    private static float[] Run(byte[] model, float[] planes, PictureSize size)
    {
        using var session = new InferenceSession(model);
        using var input = OrtValue.CreateTensorValueFromMemory(planes, [1, 3, size.Height, size.Width]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [session.InputNames[0]], [input], session.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static float LargestDifference(float[] found, float[] wanted) => found.Zip(wanted, (a, b) => Math.Abs(a - b)).Max();
}
