using System.Runtime.InteropServices;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Models;
using SegPipe.Pictures;
using SegPipe.Sources.Street;
using SegPipe.Stages.Inference;
using SegPipe.Stages.Kernels;

namespace SegPipe.Benchmarks.Kernels;

/// <summary>
/// Logits that the demonstration model puts out for the demonstration clip's street. Its input has one size, so a larger grid is the street rendered as much
/// larger and cut into parts of that size, each shown to the network on its own.
/// </summary>
internal static class StreetLogits
{
    private const int Seed = 9005;

    private const double Second = 5;

    /// <summary>Planes of a grid whose columns and rows are multiples of those that the model puts out.</summary>
    public static float[] Of(PictureSize cells)
    {
        var model = ModelFile.Load(Home.Asset("street-tiny.onnx"));
        using var session = ModelSession.Load(model, ModelProvider.Cpu, Environment.ProcessorCount);
        using var run = session.CreateRun(pictures: 1);
        var (input, part) = (model.Card.Input.Size, model.Card.Output.Size);
        var (across, down) = (cells.Width / part.Width, cells.Height / part.Height);
        var size = new PictureSize(Math.Max(2048, across * input.Width), Math.Max(1024, down * input.Height));
        var street = Render(size);
        var classes = model.Card.Classes.Count;
        float[] whole = new float[classes * cells.Width * cells.Height], logits = GC.AllocateArray<float>(classes * part.Width * part.Height, pinned: true);
        for (var y = 0; y < down; y++)
            for (var x = 0; x < across; x++)
            {
                var tensor = Tensor(model.Card.Input, street, size, new(-x * input.Width, -y * input.Height, across * input.Width, down * input.Height));
                run.Run(Marshal.UnsafeAddrOfPinnedArrayElement(tensor, 0), Marshal.UnsafeAddrOfPinnedArrayElement(logits, 0));
                for (var row = 0; row < classes * part.Height; row++)
                {
                    var at = (row / part.Height * cells.Height + y * part.Height + row % part.Height) * cells.Width + x * part.Width;
                    logits.AsSpan(row * part.Width, part.Width).CopyTo(whole.AsSpan(at));
                }
            }

        return whole;
    }

    private static byte[] Render(PictureSize size)
    {
        byte[] rgb = new byte[3 * size.Width * size.Height], labels = new byte[size.Width * size.Height], picture = new byte[size.Width * size.Height * 3 / 2];
        new StreetScene(size.Width, size.Height, Seed, Environment.ProcessorCount).Render(Second, rgb, labels);
        new Rgb24ToI420(new(ColorRange.Limited, ColorMatrix.Bt709)).Convert(rgb, picture, size.Width, size.Height);
        return picture;
    }

    private static byte[] Tensor(CardInput input, byte[] street, PictureSize size, Placement placement)
    {
        var format = KernelScenes.Tensor(input.Size.Width, input.Size.Height) with { Placement = placement };
        var plan = new ResizePlan(KernelScenes.Picture(size.Width, size.Height), format, new(input.Order == ChannelOrder.Bgr, input.Mean, input.Scale));
        var tensor = GC.AllocateArray<byte>(plan.TensorBytes, pinned: true);
        ResizeBilinear.Run(plan, street, tensor);
        return tensor;
    }
}
