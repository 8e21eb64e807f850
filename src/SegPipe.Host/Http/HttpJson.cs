using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace SegPipe.Host.Http;

/// <summary>Answers in JSON: keys and words in snake_case, secrets replaced in every text.</summary>
internal sealed class HttpJson(HostConsole console)
{
    private const string Type = "application/json; charset=utf-8";

    private readonly JsonSerializerOptions _form = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new RedactedText(console) },
    };

    /// <summary>The text of a value.</summary>
    public string Write<T>(T value) => JsonSerializer.Serialize(value, _form);

    /// <summary>Answers with a value.</summary>
    public Task WriteAsync<T>(HttpContext context, T value, int status = StatusCodes.Status200OK) => HttpText.WriteAsync(context, status, Write(value), Type);

    private sealed class RedactedText(HostConsole console) : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(console.Redact(value));
    }
}
