using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using SegPipe.Components;
using SegPipe.Pictures;

namespace SegPipe.Configuration;

/// <summary>
/// Tells whether two definitions of a stream are the same after everything was filled in: components, options and models, the models'
/// and palettes' files included. A hash and not a text, because options hold secrets.
/// </summary>
internal static class StreamFingerprint
{
    private static readonly JsonSerializerOptions Form = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>The fingerprint of a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="models">All models, with their revisions.</param>
    public static string Of(StreamDefinition stream, IReadOnlyDictionary<string, ModelOptions> models)
    {
        using var text = new MemoryStream();
        foreach (var component in stream.Components.OrderBy(c => c.Id, StringComparer.Ordinal))
        {
            JsonSerializer.Serialize(text, (string[])[component.Id, component.Descriptor.Kind.ToString(), component.Descriptor.Name], Form);
            JsonSerializer.Serialize(text, component.Options, component.Options.GetType(), Form);
            foreach (var palette in Named<PaletteNameAttribute>(component.Options).Select(Palette.FileOf).Where(File.Exists)) text.Write(SHA256.HashData(File.ReadAllBytes(palette)));
            foreach (var model in Named<ModelIdAttribute>(component.Options))
                if (models.TryGetValue(model, out var options)) JsonSerializer.Serialize(text, options, Form);
        }
        return Convert.ToHexStringLower(SHA256.HashData(text.GetBuffer().AsSpan(0, (int)text.Length)));
    }

    private static IEnumerable<string> Named<TAttribute>(ComponentOptions options) where TAttribute : Attribute =>
        OptionDescriptor.Of(options.GetType()).Where(o => o.Has<TAttribute>()).Select(o => o.ValueIn(options)).OfType<string>();
}
