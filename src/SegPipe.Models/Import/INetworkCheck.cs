namespace SegPipe.Models.Import;

/// <summary>What an import asks of the runtime that will run its result.</summary>
internal interface INetworkCheck
{
    /// <summary>Element type and axes of a model's outputs for one picture, in the order of the outputs.</summary>
    /// <param name="model">The model's bytes; every axis of its input is fixed.</param>
    /// <exception cref="SegPipeException">65 if the runtime refuses the model.</exception>
    IReadOnlyList<GraphTensor> Outputs(byte[] model);

    /// <summary>Runs a finished model once, the way pipelines will.</summary>
    /// <exception cref="SegPipeException">65 if it fails, or puts out values that are not finite or classes beyond its card; 78 if it disagrees with its card.</exception>
    CheckedRun Run(string path);
}

/// <summary>What a model did in its first run.</summary>
/// <param name="Load">Time for loading it.</param>
/// <param name="Inference">Time of the inference.</param>
/// <param name="Classes">Classes that won a cell.</param>
internal sealed record CheckedRun(TimeSpan Load, TimeSpan Inference, int Classes);
