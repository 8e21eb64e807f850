namespace SegPipe.Host.Cluster;

/// <summary>What is done with the messages of some queues.</summary>
internal interface IRole
{
    /// <summary>The queues, the most urgent first.</summary>
    IReadOnlyList<string> Queues { get; }

    /// <summary>Does what a message asks for, which may have been done before.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancel">Cancelled when the message belongs to others, or this worker ends.</param>
    /// <exception cref="SegPipeException">It failed.</exception>
    Task HandleAsync(ClusterMessage message, CancellationToken cancel);

    /// <summary>Writes down that a message is a dead letter.</summary>
    Task BuryAsync(ClusterMessage message, SegPipeException failure, CancellationToken cancel);
}
