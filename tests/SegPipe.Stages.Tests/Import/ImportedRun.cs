using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SegPipe.Models.Import;
using SegPipe.Models.Onnx;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests.Import;

/// <summary>What an imported network that kept its head makes of a picture: its low-resolution logits (NCHW) and its classes.</summary>
internal sealed record ImportedRun(int Channels, int Height, int Width, float[] Logits, byte[] Labels)
{
    /// <summary>Runs a network on a picture that has its size.</summary>
    public static ImportedRun Of(ImportedNetwork network, string png)
    {
        var model = network.Graph.Build();
        var labels = model.Graph.Output[0].Name;
        var logits = BeforeHead(model.Graph, labels);
        model.Graph.Output.Add(new ValueInfoProto { Name = logits, Type = new() { TensorType = new() { ElemType = (int)OnnxType.Float } } });
        using var session = new InferenceSession(model.ToByteArray());
        var size = network.Input.Size;
        using var input = OrtValue.CreateTensorValueFromMemory(Prepare(network, Tool.Ffmpeg("-f png_pipe", "-i", png, "-f", "rawvideo", "-pix_fmt", "rgb24", "-")), [1, 3, size.Height, size.Width]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [network.Input.Name], [input], [logits, labels]);
        var shape = outputs[0].GetTensorTypeAndShape().Shape;
        return new((int)shape[1], (int)shape[2], (int)shape[3], outputs[0].GetTensorDataAsSpan<float>().ToArray(), Classes(outputs[1]));
    }

    /// <summary>The largest difference to low-resolution logits of a golden file in [1, rows, columns, channels].</summary>
    /// <param name="golden">The file.</param>
    /// <param name="firstRow">Where its rows begin.</param>
    /// <param name="relative">Share of the value that a difference may have for nothing.</param>
    public float LargestDifference(NpyFile golden, int firstRow = 0, float relative = 0)
    {
        Assert.Equal([1, golden.Shape[1], Width, Channels], golden.Shape);
        var largest = 0f;
        for (var i = 0; i < golden.Values.Length; i++)
        {
            var (place, channel) = (i / Channels, i % Channels);
            var found = Logits[(channel * Height + firstRow + place / Width) * Width + place % Width];
            largest = Math.Max(largest, Math.Abs(found - golden.Values[i]) - relative * Math.Abs(golden.Values[i]));
        }

        return largest;
    }

    /// <summary>Share of the pixels that have the class of a golden class map.</summary>
    public double Agreement(string labels)
    {
        var golden = GrayPng.Read(labels);
        Assert.Equal(golden.Pixels.Length, Labels.Length);
        return 100.0 * golden.Pixels.Zip(Labels).Count(pair => pair.First == pair.Second) / Labels.Length;
    }

    private static string BeforeHead(GraphProto graph, string output)
    {
        for (; ; )
        {
            var node = graph.Node.Single(node => node.Output.Contains(output));
            if (node.OpType is not ("Cast" or "ArgMax" or "Resize")) return output;
            output = node.Input[0];
        }
    }

    private static float[] Prepare(ImportedNetwork network, byte[] rgb)
    {
        var planes = rgb.Length / 3;
        var values = new float[rgb.Length];
        for (var i = 0; i < rgb.Length; i++)
        {
            var channel = i % 3;
            values[channel * planes + i / 3] = (rgb[i] / 255f - network.Input.Mean[channel]) * network.Input.Scale[channel];
        }

        return values;
    }

    private static byte[] Classes(OrtValue labels) => labels.GetTensorTypeAndShape().ElementDataType switch
    {
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float => Largest(labels.GetTensorDataAsSpan<float>(), (int)labels.GetTensorTypeAndShape().Shape[1]),
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64 => [.. labels.GetTensorDataAsSpan<long>().ToArray().Select(label => (byte)label)],
        _ => [.. labels.GetTensorDataAsSpan<int>().ToArray().Select(label => (byte)label)],
    };

    private static byte[] Largest(ReadOnlySpan<float> logits, int channels)
    {
        var labels = new byte[logits.Length / channels];
        for (var i = 0; i < labels.Length; i++)
            for (var channel = 1; channel < channels; channel++)
                if (logits[channel * labels.Length + i] > logits[labels[i] * labels.Length + i]) labels[i] = (byte)channel;
        return labels;
    }
}
