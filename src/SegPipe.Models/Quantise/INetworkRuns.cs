namespace SegPipe.Models.Quantise;

/// <summary>What calibration asks of the runtime: networks that stay loaded, and their values.</summary>
internal interface INetworkRuns
{
    /// <summary>Loads a network.</summary>
    /// <param name="model">Its bytes.</param>
    /// <param name="picture">What it wants to be given.</param>
    /// <exception cref="SegPipeException">65 if the runtime refuses it.</exception>
    INetworkRun Open(byte[] model, CardInput picture);
}

/// <summary>One loaded network.</summary>
internal interface INetworkRun : IDisposable
{
    /// <summary>Runs it on one prepared picture and shows its float outputs in their order: number, axes, values.</summary>
    /// <exception cref="SegPipeException">65 if the runtime fails.</exception>
    void Run(byte[] input, Action<int, long[], ReadOnlySpan<float>> show);
}
