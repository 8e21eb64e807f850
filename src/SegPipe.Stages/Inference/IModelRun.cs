namespace SegPipe.Stages.Inference;

/// <summary>Runs a network for one stage: from the tensor at one address to the logits or class map at another.</summary>
internal interface IModelRun : IDisposable
{
    /// <summary>Runs and waits for the result; not to be used by two threads at once.</summary>
    /// <exception cref="SegPipeException">65 if the network fails on this input.</exception>
    void Run(nint input, nint output);
}
