using Microsoft.ML.OnnxRuntime;
using SegPipe.Configuration;
using SegPipe.Models.Quantise;

namespace SegPipe.Stages.Inference;

/// <summary>Networks that stay loaded in ONNX Runtime, for calibration.</summary>
internal sealed class NetworkRuns : INetworkRuns
{
    /// <inheritdoc/>
    public INetworkRun Open(byte[] model)
    {
        using var options = ExecutionProviders.Configure(ModelProvider.Cpu, Environment.ProcessorCount);
        try
        {
            return new Network(new InferenceSession(model, options));
        }
        catch (OnnxRuntimeException e)
        {
            throw Refused(e);
        }
    }

    private static SegPipeException Refused(OnnxRuntimeException e) =>
        new(ExitCode.InputUnusable, $"ONNX Runtime refuses the network: {ModelSession.FirstLine(e)}", "Check the model: segpipe models verify", e);

    private sealed class Network(InferenceSession session) : INetworkRun
    {
        /// <inheritdoc/>
        public void Run(byte[] input, Action<int, long[], ReadOnlySpan<float>> show)
        {
            var (name, wanted) = session.InputMetadata.First();
            using var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, wanted.ElementDataType, [.. wanted.Dimensions.Select(axis => (long)Math.Max(axis, 1))]);
            input.CopyTo(value.GetTensorMutableRawData());
            using var options = new RunOptions();
            try
            {
                using var outputs = session.Run(options, [name], [value], session.OutputNames);
                for (var i = 0; i < outputs.Count; i++) show(i, outputs[i].GetTensorTypeAndShape().Shape, outputs[i].GetTensorDataAsSpan<float>());
            }
            catch (OnnxRuntimeException e)
            {
                throw Refused(e);
            }
        }

        public void Dispose() => session.Dispose();
    }
}
