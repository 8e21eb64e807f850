using System.Text.Json;
using System.Text.Json.Serialization;
using SegPipe.Host.Batch.Storage.S3;

namespace SegPipe.Host.Cluster;

/// <summary>What a message has in common with the others: small JSON without media or credentials, read strictly.</summary>
internal abstract record ClusterMessage
{
    /// <summary>No message is larger.</summary>
    public const int MostBytes = 4096;

    private const int Known = 1, MostAttempts = 1000, LongestName = 255;

    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = 4,
    };

    /// <summary>Version of the form.</summary>
    public int V { get; init; } = Known;

    /// <summary>Its job: the name of a folder.</summary>
    public required string JobId { get; init; }

    /// <summary>The batch's folder or its place in S3.</summary>
    public required string BatchUri { get; init; }

    /// <summary>The class of workers that its segments are for.</summary>
    public required string Class { get; init; }

    /// <summary>Whether its segments go before others.</summary>
    public bool High { get; init; }

    /// <summary>Which try this is, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The moment before which it is not begun, in UTC, or null.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What everything that follows from one submission is found by (W3C trace context), or null.</summary>
    public string? Traceparent { get; init; }

    /// <summary>What kind it is, with the version.</summary>
    [JsonIgnore]
    public abstract string Type { get; }

    /// <summary>What names it in lists and logs.</summary>
    [JsonIgnore]
    public abstract string Id { get; }

    /// <summary>Where it goes on the exchange of work.</summary>
    [JsonIgnore]
    public abstract string Key { get; }

    /// <summary>The message as bytes.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), Form);

    /// <summary>Reads a message.</summary>
    /// <exception cref="SegPipeException">65 with what is wrong about it.</exception>
    public static ClusterMessage Read(string? type, ReadOnlySpan<byte> body)
    {
        if (body.Length > MostBytes) throw Bad($"{body.Length} bytes are more than the {MostBytes} of any message");
        var message = type switch
        {
            JobMessage.TypeName => Parse<JobMessage>(body),
            SegmentMessage.TypeName => Parse<SegmentMessage>(body),
            AssembleMessage.TypeName => (ClusterMessage)Parse<AssembleMessage>(body),
            _ => throw Bad($"its type '{type}' is unknown"),
        };
        if (message.V != Known) throw Bad($"version {message.V} is unknown, {Known} is known");
        if (message.Attempt is < 1 or > MostAttempts) throw Bad($"attempt {message.Attempt} is none");
        if (!IsName(message.JobId)) throw Bad("the job is not the name of a folder");
        if (!IsFolder(message.BatchUri)) throw Bad("batch_uri is neither a file:/// nor an s3:// address");
        if (!message.Class.All(char.IsAsciiLetterOrDigit) || !IsName(message.Class)) throw Bad("the class is not a word");
        if (message.NotBefore is { } moment && moment.Offset != TimeSpan.Zero) throw Bad("not_before is not in UTC");
        if (message.Traceparent is { } trace && !TraceParent.IsOne(trace)) throw Bad("the traceparent is none");
        message.Check();
        return message;
    }

    /// <summary>The error for a message that is wrong.</summary>
    protected static SegPipeException Bad(string reason, Exception? inner = null) => new(ExitCode.InputUnusable, $"The message cannot be used: {reason}.", inner: inner);

    /// <summary>Whether a text is one component of a path.</summary>
    private static bool IsName(string text) => text.Length is > 0 and <= LongestName && text is not ("." or "..") && text.AsSpan().IndexOfAny('/', '\0', '\n') < 0;

    /// <summary>Whether a text is a lower-case hash.</summary>
    protected static bool IsHash(string text) => text.Length is >= 8 and <= 128 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether a text is the address of a folder, a file URI with an absolute path and nothing else, or of a place in S3.</summary>
    private static bool IsFolder(string text) => S3Location.TryParse(text) is not null || Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.IsFile && uri.Host.Length == 0 && uri.UserInfo.Length == 0;

    /// <summary>Refuses values that cannot be.</summary>
    protected virtual void Check()
    {
    }

    private static T Parse<T>(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, Form) ?? throw Bad("it is null");
        }
        catch (JsonException wrong)
        {
            throw Bad(wrong.Message.Split('\n')[0].TrimEnd('.'), wrong);
        }
    }
}

/// <summary>A job that is to be planned.</summary>
internal sealed record JobMessage : ClusterMessage
{
    public const string TypeName = "segpipe.job.v1";

    /// <inheritdoc/>
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override string Id => $"{JobId}/plan/{Attempt}";

    /// <inheritdoc/>
    public override string Key => "jobs";
}

/// <summary>A segment that is to be made.</summary>
internal sealed record SegmentMessage : ClusterMessage
{
    public const string TypeName = "segpipe.segment.v1";

    private const int MostSegments = 10_000_000, LongestSeconds = 86_400;

    /// <summary>Its number in the plan.</summary>
    public required int Seg { get; init; }

    /// <summary>What the plan was when this was sent.</summary>
    public required string PlanSha256 { get; init; }

    /// <summary>What the pipeline and its models were.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Longest work, in seconds.</summary>
    public required int DeadlineS { get; init; }

    /// <inheritdoc/>
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override string Id => $"{JobId}/{Seg:00000}/{Attempt}";

    /// <inheritdoc/>
    public override string Key => new Topology(Class) is var topology && High ? topology.HighKey : topology.SegmentsKey;

    /// <inheritdoc/>
    protected override void Check()
    {
        if (!IsHash(PlanSha256) || !IsHash(ConfigHash)) throw Bad("a hash is none");
        if (Seg is < 0 or > MostSegments) throw Bad($"segment {Seg} cannot be");
        if (DeadlineS is < 1 or > LongestSeconds) throw Bad($"{DeadlineS} s are no deadline");
    }
}

/// <summary>A job whose segments are there and are to be joined.</summary>
internal sealed record AssembleMessage : ClusterMessage
{
    public const string TypeName = "segpipe.assemble.v1";

    /// <inheritdoc/>
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override string Id => $"{JobId}/assemble/{Attempt}";

    /// <inheritdoc/>
    public override string Key => Topology.JoinsKey;
}
