using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace SegPipe.Host.Logging;

/// <summary>One line of the log. The category is <c>pipeline/component</c>, or the pipeline alone.</summary>
internal sealed record LogLine(DateTimeOffset Time, string Level, string Category, string Template, string Message)
{
    private const string TemplateKey = "{OriginalFormat}";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Stable id of the event, or null.</summary>
    public string? Event { get; init; }

    /// <summary>Word of the failure, as in the metrics, or the type of an unforeseen exception; null where nothing failed.</summary>
    public string? ErrorType { get; init; }

    /// <summary>Further fields.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Fields { get; init; } = [];

    /// <summary>Takes a line apart into its fields.</summary>
    public static LogLine Of<TState>(DateTimeOffset time, LogLevel level, string category, EventId id, TState state, Exception? exception, string message)
    {
        var pairs = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
        var template = pairs.FirstOrDefault(p => p.Key == TemplateKey).Value as string ?? message;
        return new(time, LineCounts.NameOf(level), category, template, message)
        {
            Event = id.Name,
            ErrorType = exception is SegPipeException known ? known.ErrorType : exception?.GetType().Name,
            Fields = [.. pairs.Where(p => p.Key != TemplateKey)],
        };
    }

    /// <summary>The same with the fields of what it was written in.</summary>
    public LogLine Within(IReadOnlyList<KeyValuePair<string, object?>> scope) => scope.Count == 0 ? this : this with { Fields = [.. Fields, .. scope] };

    /// <summary>The line for people.</summary>
    public string Text() => $"{Time.ToLocalTime():HH:mm:ss.fff} {Level,-7} {(Category.Length > 0 ? Category + ": " : "")}{Message}";

    /// <summary>The line as one JSON object.</summary>
    public string Json()
    {
        var parts = Category.Split('/', 2);
        var json = new Dictionary<string, object?>
        {
            ["ts"] = Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["level"] = Level,
            ["msg"] = Message,
        };
        if (Event is not null) json["event"] = Event;
        if (parts[0].Length > 0) json["pipeline"] = parts[0];
        if (parts.Length > 1) json["component"] = parts[1];
        if (ErrorType is not null) json["error_type"] = ErrorType;
        foreach (var (key, value) in Fields)
            json.TryAdd(JsonNamingPolicy.SnakeCaseLower.ConvertName(key), value is null or bool or int or long or double ? value : Convert.ToString(value, CultureInfo.InvariantCulture));
        return JsonSerializer.Serialize(json, Relaxed);
    }
}
