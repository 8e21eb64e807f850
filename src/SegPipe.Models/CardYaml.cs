using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SegPipe.Models;

/// <summary>Turns a card written in YAML into its JSON form.</summary>
internal static class CardYaml
{
    /// <summary>Reads one YAML file.</summary>
    /// <exception cref="SegPipeException">78 if it is not YAML or has no mapping at its top.</exception>
    public static JsonElement Read(string path)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StreamReader(path);
            stream.Load(reader);
        }
        catch (YamlException e)
        {
            throw NotYaml($"{path}:{e.Start.Line}:{e.Start.Column}: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // YamlDotNet's scanner gives up like this on a flow sequence that a mapping runs into.
            throw NotYaml($"{path} is not YAML.", e);
        }

        return stream.Documents is [{ RootNode: YamlMappingNode root }]
            ? JsonSerializer.SerializeToElement(Convert(root))
            : throw new SegPipeException(ExitCode.Configuration, $"{path} is not a mapping of keys to values.", "Write a model card: v, name, family, input, output, classes.");
    }

    private static SegPipeException NotYaml(string message, Exception inner) =>
        new(ExitCode.Configuration, message, "Correct the YAML of the model card; is every bracket closed?", inner);

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Select(pair => KeyValuePair.Create(pair.Key.ToString(), Convert(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Select(Convert)]),
        YamlScalarNode scalar => ConvertScalar(scalar),
        _ => null,
    };

    private static JsonValue? ConvertScalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain) return JsonValue.Create(text);
        if (text is "" or "~" or "null") return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return JsonValue.Create(whole);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }
}
