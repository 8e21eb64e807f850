using SegPipe.Frames;
using SegPipe.Pictures;

namespace SegPipe.Stages.Kernels;

/// <summary>What a network expects in its input channels: (level / 255 − Mean) · Scale as float32, or the level itself as a byte.</summary>
/// <param name="Bgr">Whether the channels are blue, green, red instead of red, green, blue.</param>
/// <param name="Mean">Mean of each channel, in the channels' order.</param>
/// <param name="Scale">Scale of each channel, in the channels' order.</param>
internal sealed record Normalization(bool Bgr, IReadOnlyList<float> Mean, IReadOnlyList<float> Scale);

/// <summary>Tables and scratch of <see cref="ResizeBilinear"/> for one pair of formats; made once, used by one thread at a time.</summary>
internal sealed class ResizePlan
{
    public ResizePlan(PictureFormat picture, TensorFormat tensor, Normalization normalization, CoordinateRule rule = CoordinateRule.HalfPixel)
    {
        if (tensor.Channels != 3 || normalization.Mean.Count != 3 || normalization.Scale.Count != 3)
            throw new ArgumentException("a picture becomes a tensor of three channels with three means and scales");

        Layout = picture.Layout;
        Source = picture.Size;
        Target = tensor.Size;
        TensorLayout = tensor.Layout;
        Element = tensor.Element;
        PictureBytes = picture.FrameBytes!.Value;
        TensorBytes = tensor.FrameBytes!.Value;
        ChromaWidth = (Source.Width + 1) / 2;
        ChromaHeight = (Source.Height + 1) / 2;

        var at = tensor.Placement;
        Columns = BilinearAxis.OfTensor(Target.Width, Source.Width, at.X, at.Width, rule);
        Rows = BilinearAxis.OfTensor(Target.Height, Source.Height, at.Y, at.Height, rule);
        ChromaColumns = Columns.OfChroma();
        ChromaRows = Rows.OfChroma();

        var c = YuvCoefficients.Of(picture.Color);
        (LumaOffset, LumaGain) = ((float)c.LumaOffset, (float)c.LumaGain);
        (RedFromV, GreenFromU, GreenFromV, BlueFromU) = ((float)c.RedFromV, (float)c.GreenFromU, (float)c.GreenFromV, (float)c.BlueFromU);

        for (var channel = 0; channel < 3; channel++)
        {
            Component[channel] = normalization.Bgr ? 2 - channel : channel;
            var bytes = Element == ElementType.UInt8;
            double mean = normalization.Mean[channel], scale = normalization.Scale[channel];
            Gain[channel] = bytes ? 1 : (float)(scale / 255);
            Bias[channel] = bytes ? 0 : (float)(0 - mean * scale);
            Pad[channel] = bytes ? (float)(mean * 255) : 0;
            Levels[channel] = new float[Target.Width];
        }

        SourceRow = new float[Source.Width];
    }

    public PictureLayout Layout { get; }

    public PictureSize Source { get; }

    public PictureSize Target { get; }

    public TensorLayout TensorLayout { get; }

    public ElementType Element { get; }

    public int PictureBytes { get; }

    public int TensorBytes { get; }

    public int ChromaWidth { get; }

    public int ChromaHeight { get; }

    public BilinearAxis Columns { get; }

    public BilinearAxis Rows { get; }

    public BilinearAxis ChromaColumns { get; }

    public BilinearAxis ChromaRows { get; }

    public float LumaOffset { get; }

    public float LumaGain { get; }

    public float RedFromV { get; }

    public float GreenFromU { get; }

    public float GreenFromV { get; }

    public float BlueFromU { get; }

    /// <summary>Which of red, green, blue a channel holds.</summary>
    public int[] Component { get; } = new int[3];

    /// <summary>Element = level · Gain + Bias.</summary>
    public float[] Gain { get; } = new float[3];

    public float[] Bias { get; } = new float[3];

    /// <summary>Element of each channel outside the picture.</summary>
    public float[] Pad { get; } = new float[3];

    /// <summary>Scratch: one row of each component at the target's width.</summary>
    public float[][] Levels { get; } = new float[3][];

    /// <summary>Scratch: one row at the source's width.</summary>
    public float[] SourceRow { get; }
}
