using System.Text.Json;

namespace SegPipe.Models.Import.Keras;

/// <summary>Reads the topology of a network, as Keras 2 and Keras 3 write it.</summary>
internal sealed class KerasModelReader(string label)
{
    /// <summary>Reads the description of a whole network.</summary>
    /// <param name="label">What errors call the file.</param>
    /// <param name="json">The description, UTF-8.</param>
    /// <exception cref="SegPipeException">65 with what is wrong, and in which layer.</exception>
    public static KerasModel Read(string label, ReadOnlyMemory<byte> json)
    {
        const int largest = 8 << 20;
        var reader = new KerasModelReader(label);
        if (json.Length > largest) throw reader.Fault($"its description has {json.Length} bytes; no network needs that many");
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement.Clone();
            Touch(root);
            return reader.Read(root);
        }
        catch (JsonException e)
        {
            throw reader.Fault($"its description is not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine}");
        }
        catch (InvalidOperationException)
        {
            // A text that is not valid UTF-8 or has half of a surrogate pair parses, but cannot be read.
            throw reader.Fault("its description holds a text that is not valid Unicode");
        }
    }

    // Texts are decoded when they are read: all of them once here, so that none fails later.
    private static void Touch(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) _ = value.GetString();
        if (value.ValueKind == JsonValueKind.Array)
            foreach (var item in value.EnumerateArray()) Touch(item);
        if (value.ValueKind == JsonValueKind.Object)
            foreach (var property in value.EnumerateObject())
            {
                _ = property.Name;
                Touch(property.Value);
            }
    }

    private KerasModel Read(JsonElement root)
    {
        var kind = Text(root, "class_name", "the network");
        var config = Member(root, "config", JsonValueKind.Object, "the network");
        var entries = Member(config, "layers", JsonValueKind.Array, "the network");
        return kind switch
        {
            "Functional" or "Model" => Functional(config, entries),
            "Sequential" => Sequential(entries),
            _ => throw Fault($"the network is a '{kind}', not a Functional or Sequential model"),
        };
    }

    private KerasModel Functional(JsonElement config, JsonElement entries)
    {
        var layers = new List<KerasLayer>();
        foreach (var entry in entries.EnumerateArray())
        {
            var layer = Layer(entry);
            var calls = new List<IReadOnlyList<KerasReference>>();
            foreach (var node in Member(entry, "inbound_nodes", JsonValueKind.Array, layer.Name).EnumerateArray())
            {
                var inputs = new List<KerasReference>();
                Collect(node, inputs, layer.Name);
                calls.Add(inputs);
            }
            layers.Add(layer with { Calls = calls.Count == 0 ? [[]] : calls });
        }

        var outputs = new List<KerasReference>();
        Collect(Member(config, "output_layers", JsonValueKind.Array, "the network"), outputs, "the network");
        return new() { Label = label, Layers = layers, Outputs = outputs };
    }

    private KerasModel Sequential(JsonElement entries)
    {
        var layers = new List<KerasLayer>();
        foreach (var entry in entries.EnumerateArray())
        {
            var layer = Layer(entry);
            if (layers.Count == 0 && layer.Class != "InputLayer") layers.Add(new() { Class = "InputLayer", Name = "input", Config = layer.Config, Calls = [[]] });
            layers.Add(layer with { Calls = layers.Count == 0 ? [[]] : [[new(layers[^1].Name, 0, 0)]] });
        }
        return layers.Count == 0 ? throw Fault("the network has no layers") : new() { Label = label, Layers = layers, Outputs = [new(layers[^1].Name, 0, 0)] };
    }

    private KerasLayer Layer(JsonElement entry)
    {
        var kind = Text(entry, "class_name", "a layer");
        var config = Member(entry, "config", JsonValueKind.Object, $"a layer of class {kind}");
        var name = entry.TryGetProperty("name", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : Text(config, "name", $"a layer of class {kind}");
        return name.Length > 0 ? new() { Class = kind, Name = name, Config = config, Calls = [] } : throw Fault($"a layer of class {kind} has no name");
    }

    /// <summary>Finds the references in a call's arguments: [layer, call, output, …] in Keras 2, <c>keras_history</c> in Keras 3.</summary>
    private void Collect(JsonElement value, List<KerasReference> found, string where)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            if (value.GetArrayLength() >= 3 && value[0].ValueKind == JsonValueKind.String && value[1].ValueKind == JsonValueKind.Number)
            {
                found.Add(Reference(value, where));
                if (value.GetArrayLength() > 3) Collect(value[3], found, where);
                return;
            }
            foreach (var item in value.EnumerateArray()) Collect(item, found, where);
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject()) Collect(property.Value, found, where);
        }
    }

    private KerasReference Reference(JsonElement value, string where) =>
        value[1].TryGetInt32(out var call) && value[2].ValueKind == JsonValueKind.Number && value[2].TryGetInt32(out var output)
            ? new(value[0].GetString()!, call, output)
            : throw Fault($"a reference in {where} is not [layer, call, output]");

    private JsonElement Member(JsonElement value, string key, JsonValueKind kind, string where) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(key, out var member) && member.ValueKind == kind
            ? member
            : throw Fault($"the description of {where} has no {key}");

    private string Text(JsonElement value, string key, string where) => Member(value, key, JsonValueKind.String, where).GetString()!;

    private SegPipeException Fault(string what) => KerasModel.Fault(label, what, "Save the whole model with Keras again: model.save(…).");
}
