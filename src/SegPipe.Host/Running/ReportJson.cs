using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SegPipe.Runtime;

namespace SegPipe.Host.Running;

/// <summary>The reports of a run as JSON: <c>{ v, segpipe, exit_code, pipelines: [ … ] }</c>, keys in snake_case, sizes in bytes.</summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new NumericExitCode(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Writes the reports and the exit code that the program ends with.</summary>
    public static string Write(IReadOnlyList<RunReport> reports, ExitCode code) => JsonSerializer.Serialize(
        new
        {
            v = 1,
            segpipe = VersionText.Version,
            exit_code = code,
            pipelines = reports,
        },
        Form) + "\n";
}
