using System.Text.Json;
using System.Text.Json.Serialization;

namespace SegPipe.Host.Running;

/// <summary>Writes exit codes as the numbers that a shell sees.</summary>
internal sealed class NumericExitCode : JsonConverter<ExitCode>
{
    public override ExitCode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => (ExitCode)reader.GetInt32();

    public override void Write(Utf8JsonWriter writer, ExitCode value, JsonSerializerOptions options) => writer.WriteNumberValue((int)value);
}
