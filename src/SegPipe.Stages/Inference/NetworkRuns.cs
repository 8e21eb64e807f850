using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SegPipe.Configuration;
using SegPipe.Models;
using SegPipe.Models.Quantise;

namespace SegPipe.Stages.Inference;

/// <summary>Networks that stay loaded in ONNX Runtime, for calibration.</summary>
internal sealed class NetworkRuns : INetworkRuns
{
    /// <inheritdoc/>
    public INetworkRun Open(byte[] model, CardInput picture)
    {
        using var options = ExecutionProviders.Configure(ModelProvider.Cpu, Environment.ProcessorCount);
        try
        {
            return new Network(new InferenceSession(model, options), picture);
        }
        catch (OnnxRuntimeException e)
        {
            throw Refused(e);
        }
    }

    private static SegPipeException Refused(OnnxRuntimeException e) =>
        new(ExitCode.InputUnusable, $"ONNX Runtime refuses the network: {ModelSession.FirstLine(e)}", "Check the model: segpipe models verify", e);

    private sealed class Network(InferenceSession session, CardInput picture) : INetworkRun
    {
        /// <inheritdoc/>
        public void Run(byte[] input, Action<int, long[], ReadOnlySpan<float>> show)
        {
            var element = session.InputMetadata[picture.Name].ElementDataType;
            using var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, element, ModelRun.InputShape(picture));
            input.CopyTo(value.GetTensorMutableRawData());
            using var options = new RunOptions();
            try
            {
                using var outputs = session.Run(options, [picture.Name], [value], session.OutputNames);
                for (var i = 0; i < outputs.Count; i++)
                {
                    var info = outputs[i].GetTensorTypeAndShape();
                    if (info.ElementDataType == TensorElementType.Float) show(i, info.Shape, outputs[i].GetTensorDataAsSpan<float>());
                }
            }
            catch (OnnxRuntimeException e)
            {
                throw Refused(e);
            }
        }

        public void Dispose() => session.Dispose();
    }
}
