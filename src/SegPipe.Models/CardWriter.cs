using System.Text.Json.Nodes;
using SegPipe.Frames;

namespace SegPipe.Models;

/// <summary>Writes a card in the JSON form that <see cref="CardReader"/> reads.</summary>
internal static class CardWriter
{
    /// <summary>The card as JSON.</summary>
    public static JsonObject Write(ModelCard card)
    {
        var json = new JsonObject
        {
            ["v"] = 1,
            ["name"] = card.Name,
            ["family"] = card.Family,
            ["input"] = Input(card.Input),
            ["output"] = new JsonObject
            {
                ["name"] = card.Output.Name,
                ["kind"] = card.Output.Kind == LogitsContent.Logits ? "logits" : "labels",
                ["width"] = card.Output.Size.Width,
                ["height"] = card.Output.Size.Height,
                ["coordinates"] = card.Output.Coordinates switch
                {
                    CoordinateRule.HalfPixel => "half_pixel",
                    CoordinateRule.Asymmetric => "asymmetric",
                    _ => "align_corners",
                },
            },
            ["classes"] = new JsonArray([.. card.Classes.Entries.Select(entry => new JsonObject { ["id"] = entry.Id, ["name"] = entry.Name, ["color"] = entry.Color })]),
            ["batch"] = card.Batch is { } batch ? batch : "dynamic",
        };
        foreach (var (key, text) in (IEnumerable<(string, string?)>)[("training", card.Training), ("quantisation", card.Quantisation), ("licence", card.Licence), ("source", card.Source), ("sha256", card.Sha256)])
        {
            if (text is not null) json[key] = text;
        }

        return json;
    }

    private static JsonObject Input(CardInput input)
    {
        var json = new JsonObject
        {
            ["name"] = input.Name,
            ["width"] = input.Size.Width,
            ["height"] = input.Size.Height,
            ["layout"] = input.Layout == TensorLayout.Nchw ? "NCHW" : "NHWC",
            ["element"] = input.Element == ElementType.Float32 ? "float32" : "uint8",
            ["order"] = input.Order == ChannelOrder.Rgb ? "RGB" : "BGR",
            ["fit"] = input.Fit.ToString().ToLowerInvariant(),
        };
        // Bytes are handed over as they are; a card that says otherwise is refused.
        if (input.Element != ElementType.Float32) return json;
        json["mean"] = Triple(input.Mean);
        json["scale"] = Triple(input.Scale);
        return json;
    }

    private static JsonArray Triple(IReadOnlyList<float> values) => [.. values.Select(value => JsonValue.Create(value))];
}
