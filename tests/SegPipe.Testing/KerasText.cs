using System.Text.Json.Nodes;

namespace SegPipe.Testing;

/// <summary>Writes the description of a Keras network from a short form.</summary>
public static class KerasText
{
    /// <summary>A Functional model of layers <c>[class, name, [inputs], config]</c> whose last one is the output, as Keras 2 writes it.</summary>
    public static string Functional(string layers)
    {
        var list = JsonNode.Parse(layers)!.AsArray();
        var written = new JsonArray();
        foreach (var layer in list)
        {
            var inputs = new JsonArray([.. layer![2]!.AsArray().Select(input => new JsonArray(input!.DeepClone(), 0, 0, new JsonObject()))]);
            var config = layer[3]!.DeepClone().AsObject();
            config["name"] = layer[1]!.DeepClone();
            written.Add(new JsonObject
            {
                ["class_name"] = layer[0]!.DeepClone(),
                ["name"] = layer[1]!.DeepClone(),
                ["config"] = config,
                ["inbound_nodes"] = inputs.Count == 0 ? new JsonArray() : new JsonArray(inputs),
            });
        }
        return new JsonObject
        {
            ["class_name"] = "Functional",
            ["config"] = new JsonObject { ["name"] = "test", ["layers"] = written, ["output_layers"] = new JsonArray(new JsonArray(list[^1]![1]!.DeepClone(), 0, 0)) },
        }.ToJsonString();
    }
}
