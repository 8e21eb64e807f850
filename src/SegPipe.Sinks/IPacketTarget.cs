using SegPipe.Frames;

namespace SegPipe.Sinks;

/// <summary>What packets are given to, for as long as that goes well.</summary>
internal interface IPacketTarget : IDisposable
{
    /// <summary>Whether it has what it needs to give them on.</summary>
    bool IsConnected { get; }

    /// <summary>Gives it a packet; waits while it takes none.</summary>
    /// <exception cref="SegPipeException">It takes no more.</exception>
    void Write(Frame frame);

    /// <summary>Says that there are no more packets, and waits until it has finished.</summary>
    /// <exception cref="SegPipeException">It failed.</exception>
    void Complete();
}
