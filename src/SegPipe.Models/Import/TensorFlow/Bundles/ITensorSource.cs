namespace SegPipe.Models.Import.TensorFlow.Bundles;

/// <summary>Gives the weights of a network by their names.</summary>
internal interface ITensorSource
{
    /// <summary>The file, for messages.</summary>
    string Path { get; }

    /// <summary>Bytes of all weights together.</summary>
    long Bytes { get; }

    /// <summary>Whether there is a weight of that name.</summary>
    bool Has(string name);

    /// <summary>The values of a weight.</summary>
    /// <exception cref="SegPipeException">65 with the name: it is missing or damaged; 66: its file is missing.</exception>
    TensorValues Read(string name);
}
