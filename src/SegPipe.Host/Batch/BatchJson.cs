using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SegPipe.Frames;
using SegPipe.Host.Running;

namespace SegPipe.Host.Batch;

/// <summary>The form of a batch's documents: keys in snake_case, fractions as <c>1/90000</c>.</summary>
internal static class BatchJson
{
    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new Fraction(), new NumericExitCode(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Writes a document.</summary>
    public static string Write<T>(T document) => JsonSerializer.Serialize(document, Form) + "\n";

    /// <summary>Reads a document.</summary>
    /// <exception cref="JsonException">It is of another form.</exception>
    public static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Form) ?? throw new JsonException("The document is empty.");

    private sealed class Fraction : JsonConverter<Rational>
    {
        public override Rational Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString()?.Split('/') is [var num, var den] && long.TryParse(num, out var n) && long.TryParse(den, out var d) && d > 0
                ? new(n, d)
                : throw new JsonException("A fraction is written as 1/90000.");

        public override void Write(Utf8JsonWriter writer, Rational value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
