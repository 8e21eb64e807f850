using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Models;
using SegPipe.Models.Import;

namespace SegPipe.Stages.Inference;

/// <summary>Asks ONNX Runtime about networks that are being imported.</summary>
internal sealed class NetworkCheck : INetworkCheck
{
    // Any picture does; this one has every brightness in every channel.
    private const int Seed = 1;

    /// <inheritdoc/>
    public IReadOnlyList<GraphTensor> Outputs(byte[] model)
    {
        using var options = ExecutionProviders.Configure(ModelProvider.Cpu, Environment.ProcessorCount);
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC;
        try
        {
            using var session = new InferenceSession(model, options);
            // The names in the order of the file: the session's own table has none.
            var names = session.OutputNames;
            return names.All(name => session.OutputMetadata[name] is { IsTensor: true } output && output.Dimensions.All(axis => axis > 0))
                ? [.. names.Select(name => Describe(name, session.OutputMetadata[name].ElementDataType, session.OutputMetadata[name].Dimensions.Select(axis => (long?)axis)))]
                : Run(session, names);
        }
        catch (OnnxRuntimeException e)
        {
            throw new SegPipeException(ExitCode.InputUnusable, $"ONNX Runtime refuses the network: {ModelSession.FirstLine(e)}", "The file may be damaged, or hold an operator that is not supported.", e);
        }
    }

    /// <inheritdoc/>
    public CheckedRun Run(string path)
    {
        var model = ModelFile.Load(path);
        var started = Stopwatch.GetTimestamp();
        using var session = ModelSession.Load(model, ModelProvider.Cpu, Environment.ProcessorCount);
        var load = Stopwatch.GetElapsedTime(started);
        var run = session.CreateRun();
        var (input, output) = (Picture(model.Card.Input), Room(model.Card));
        started = Stopwatch.GetTimestamp();
        unsafe
        {
            fixed (byte* source = input, target = output) run.Run((nint)source, (nint)target);
        }

        return new(load, Stopwatch.GetElapsedTime(started), Winners(model.Card, output));
    }

    private static GraphTensor[] Run(InferenceSession session, IReadOnlyList<string> names)
    {
        var (name, input) = session.InputMetadata.First();
        long[] shape = [.. input.Dimensions.Select(axis => (long)Math.Max(axis, 1))];
        using var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, input.ElementDataType, shape);
        value.GetTensorMutableRawData().Clear();
        using var options = new RunOptions();
        using var outputs = session.Run(options, [name], [value], names);
        return [.. outputs.Zip(names, (output, of) => Describe(of, output.GetTensorTypeAndShape().ElementDataType, output.GetTensorTypeAndShape().Shape.Select(axis => (long?)axis)))];
    }

    private static GraphTensor Describe(string name, TensorElementType type, IEnumerable<long?> shape) => new(name, type switch
    {
        TensorElementType.Float => "float32",
        TensorElementType.Double => "float64",
        _ => type.ToString().ToLowerInvariant(),
    }, [.. shape]);

    private static byte[] Picture(CardInput input)
    {
        var samples = new byte[3 * input.Size.Width * input.Size.Height];
        new Random(Seed).NextBytes(samples);
        if (input.Element == ElementType.UInt8) return samples;
        var plane = input.Size.Width * input.Size.Height;
        var bytes = new byte[4 * samples.Length];
        var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        for (var i = 0; i < samples.Length; i++)
        {
            var channel = input.Layout == TensorLayout.Nchw ? i / plane : i % 3;
            values[i] = (samples[i] / 255f - input.Mean[channel]) * input.Scale[channel];
        }

        return bytes;
    }

    private static byte[] Room(ModelCard card)
    {
        var cells = card.Output.Size.Width * card.Output.Size.Height;
        return new byte[card.Output.Kind == LogitsContent.Logits ? 4 * cells * card.Classes.Count : cells];
    }

    private static int Winners(ModelCard card, byte[] output)
    {
        if (card.Output.Kind == LogitsContent.Labels) return output.Distinct().Count();
        var logits = MemoryMarshal.Cast<byte, float>(output);
        if (System.Numerics.Tensors.TensorPrimitives.Sum<float>(logits) is var sum && !float.IsFinite(sum) && Unsound(logits) is { } at)
            throw new SegPipeException(ExitCode.InputUnusable, $"The network puts out {logits[at]} at value {at}: it was not converted soundly, or its file is damaged.", "Fetch the file again; if that does not help, this is a network that SegPipe cannot import.");
        var cells = logits.Length / card.Classes.Count;
        var seen = new bool[card.Classes.Count];
        for (var cell = 0; cell < cells; cell++)
        {
            var best = 0;
            for (var plane = 1; plane < seen.Length; plane++)
                if (logits[plane * cells + cell] > logits[best * cells + cell]) best = plane;
            seen[best] = true;
        }

        return seen.Count(won => won);
    }

    private static int? Unsound(ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i])) return i;
        return null;
    }
}
