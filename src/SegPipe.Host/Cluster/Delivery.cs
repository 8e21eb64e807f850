using RabbitMQ.Client;

namespace SegPipe.Host.Cluster;

/// <summary>A message that was delivered, with its bytes copied: the library uses its own again.</summary>
/// <param name="Tag">Its number on the channel.</param>
/// <param name="Queue">Where it waited.</param>
/// <param name="Redelivered">Whether somebody had it before.</param>
/// <param name="Properties">What the sender said about it.</param>
/// <param name="Body">Its bytes.</param>
internal sealed record Delivery(ulong Tag, string Queue, bool Redelivered, IReadOnlyBasicProperties Properties, byte[] Body);
