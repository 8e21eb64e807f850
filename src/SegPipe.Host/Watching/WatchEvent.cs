using System.Text.Json;
using System.Text.Json.Serialization;

namespace SegPipe.Host.Watching;

/// <summary>What a worker tells whoever watches: small JSON that may be lost. Nothing depends on it.</summary>
internal abstract record WatchEvent
{
    /// <summary>No event is larger.</summary>
    public const int MostBytes = 16384;

    private const int LongestText = 400, LongestName = 300, MostItems = 64;

    // What newer workers say besides is not ours to understand.
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        MaxDepth = 6,
    };

    /// <summary>Version of the form.</summary>
    public int V { get; init; } = 1;

    /// <summary>Name of the worker.</summary>
    public required string Worker { get; init; }

    /// <summary>When, by the worker's clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What kind it is; also its routing key.</summary>
    [JsonIgnore]
    public abstract string Type { get; }

    /// <summary>The event as bytes, null where it would be too large.</summary>
    public byte[]? Write() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), Form) is { Length: <= MostBytes } bytes ? bytes : null;

    /// <summary>Reads an event; null for one that cannot be used.</summary>
    public static WatchEvent? Read(string? type, ReadOnlySpan<byte> body)
    {
        if (body.Length > MostBytes) return null;
        try
        {
            WatchEvent? read = type switch
            {
                WorkerAlive.TypeName => JsonSerializer.Deserialize<WorkerAlive>(body, Form),
                WorkerEnded.TypeName => JsonSerializer.Deserialize<WorkerEnded>(body, Form),
                SegmentDone.TypeName => JsonSerializer.Deserialize<SegmentDone>(body, Form),
                SegmentFailed.TypeName => JsonSerializer.Deserialize<SegmentFailed>(body, Form),
                JobFinished.TypeName => JsonSerializer.Deserialize<JobFinished>(body, Form),
                JobFailed.TypeName => JsonSerializer.Deserialize<JobFailed>(body, Form),
                _ => null,
            };
            return read is { Worker.Length: > 0 and <= LongestName } && read.IsSmall ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What people call the place behind an address: the path of a folder, else the address itself.</summary>
    public static string PlaceOf(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsFile ? uri.LocalPath : address;

    /// <summary>A text cut to what an event carries.</summary>
    public static string Cut(string text) => text.Length <= LongestText ? text : $"{text[..(LongestText - 1)]}…";

    /// <summary>Whether it is as small as its kind may be.</summary>
    [JsonIgnore]
    protected virtual bool IsSmall => true;

    /// <summary>Whether a list is as short as one may be.</summary>
    protected static bool IsShort<T>(IReadOnlyList<T> list) => list.Count <= MostItems;

    /// <summary>A list cut to what an event carries.</summary>
    public static IReadOnlyList<T> Cut<T>(IReadOnlyList<T> list) => IsShort(list) ? list : [.. list.Take(MostItems)];
}

/// <summary>That a worker lives, and what it does.</summary>
internal sealed record WorkerAlive : WatchEvent
{
    public const string TypeName = "worker.alive";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Type => TypeName;

    /// <summary>The class of work that it takes.</summary>
    public required string Class { get; init; }

    /// <summary>Segments that it works on side by side; 0 where it takes none.</summary>
    public required int Slots { get; init; }

    /// <summary>Its machine.</summary>
    public required string Host { get; init; }

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Whether it takes nothing more and will end.</summary>
    public bool Ending { get; init; }

    /// <summary>What it has in work.</summary>
    public IReadOnlyList<WorkNow> Work { get; init; } = [];

    /// <summary>The streams that it owns.</summary>
    public IReadOnlyList<StreamNow> Streams { get; init; } = [];

    /// <summary>Streams that it owns at most; null where it stands by for none.</summary>
    public int? Capacity { get; init; }

    /// <inheritdoc/>
    protected override bool IsSmall => IsShort(Work) && IsShort(Streams);
}

/// <summary>That a worker ended in an orderly way.</summary>
internal sealed record WorkerEnded : WatchEvent
{
    public const string TypeName = "worker.ended";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Type => TypeName;
}
