using System.Text.Json;
using System.Text.Json.Serialization;

namespace SegPipe.Host.Cluster;

/// <summary>The message whose holder owns a stream.</summary>
/// <param name="Stream">Id of the stream.</param>
/// <param name="Epoch">The owner's number, rising from owner to owner; 0 before the first.</param>
internal sealed record LeaseToken(string Stream, long Epoch)
{
    /// <summary>What kind of message it is.</summary>
    public const string TypeName = "segpipe.lease.v1";

    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>The token as bytes.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Form);

    /// <summary>The epoch that a token carries; 0 for one that cannot be read, which is as good as none.</summary>
    public static long EpochOf(ReadOnlySpan<byte> body)
    {
        try
        {
            return body.Length <= ClusterMessage.MostBytes && JsonSerializer.Deserialize<LeaseToken>(body, Form) is { Epoch: > 0 and var epoch } ? epoch : 0;
        }
        catch (JsonException)
        {
            return 0;
        }
    }
}
