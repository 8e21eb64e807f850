using Microsoft.ML.OnnxRuntime;
using SegPipe.Configuration;
using SegPipe.Processes;

namespace SegPipe.Stages.Inference;

/// <summary>Options of a session: provider, threads and what suits a pipeline that shares its processors.</summary>
internal static class ExecutionProviders
{
    private static readonly Lock Gate = new();

    /// <summary>Makes the options; the caller disposes them.</summary>
    /// <exception cref="SegPipeException">69 if the provider is not part of the installed ONNX Runtime or does not start.</exception>
    public static SessionOptions Configure(ModelProvider provider, int threads)
    {
        QuietEnvironment();
        Require(provider);
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Threads that spin while they wait would take the processors from decoder and encoder.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            Append(options, provider);
            return options;
        }
        catch (OnnxRuntimeException e)
        {
            options.Dispose();
            throw new SegPipeException(ExitCode.Unavailable, $"The provider {Word(provider)} does not start: {ModelSession.FirstLine(e)}", "Check driver and libraries, or use provider: cpu.", e);
        }
    }

    private static void Append(SessionOptions options, ModelProvider provider)
    {
        switch (provider)
        {
            case ModelProvider.Cuda:
                options.AppendExecutionProvider_CUDA();
                break;
            case ModelProvider.Tensorrt:
                options.AppendExecutionProvider_Tensorrt();
                options.AppendExecutionProvider_CUDA();
                break;
            case ModelProvider.Openvino:
                options.AppendExecutionProvider_OpenVINO();
                break;
            case ModelProvider.Cpu:
            default:
                break;
        }
    }

    private static void Require(ModelProvider provider)
    {
        var name = provider switch
        {
            ModelProvider.Cuda => "CUDAExecutionProvider",
            ModelProvider.Tensorrt => "TensorrtExecutionProvider",
            ModelProvider.Openvino => "OpenVINOExecutionProvider",
            _ => "CPUExecutionProvider",
        };
        var available = OrtEnv.Instance().GetAvailableProviders();
        if (!available.Contains(name))
        {
            throw new SegPipeException(ExitCode.Unavailable, $"This ONNX Runtime has no provider {Word(provider)}; it has {string.Join(", ", available)}.",
                "Install an ONNX Runtime with it, or use provider: cpu.");
        }
    }

    private static string Word(ModelProvider provider) => provider.ToString().ToLowerInvariant();

    // The environment is one a process and logs warnings about absent graphics cards unless it is made with a higher level.
    private static void QuietEnvironment()
    {
        lock (Gate)
        {
            if (OrtEnv.IsCreated) return;
            // Some builds note each session in a database in the user's home, and send it to their maker.
            NativeHeap.SetVariable("ORT_DISABLE_TELEMETRY", "1");
            var options = new EnvironmentCreationOptions { logId = "segpipe", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            OrtEnv.CreateInstanceWithOptions(ref options);
        }
    }
}
