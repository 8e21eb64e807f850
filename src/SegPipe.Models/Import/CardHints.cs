using System.Text.Json;
using SegPipe.Frames;
using SegPipe.Models.Onnx;
using SegPipe.Pictures;

namespace SegPipe.Models.Import;

/// <summary>
/// What a person wrote beside a model that is to be imported (<c>NAME.card.yaml</c>), or an earlier card says: the keys of a card, of
/// which any may be left out.
/// </summary>
internal sealed record CardHints
{
    /// <summary>Family, or null.</summary>
    public string? Family { get; init; }

    /// <summary>Columns and rows of the input, or null.</summary>
    public PictureSize? Size { get; init; }

    /// <summary>Order of the colour channels, or null.</summary>
    public ChannelOrder? Order { get; init; }

    /// <summary>How the picture is fitted, or null.</summary>
    public PictureFit? Fit { get; init; }

    /// <summary>Three means, or null.</summary>
    public IReadOnlyList<float>? Mean { get; init; }

    /// <summary>Three factors, or null.</summary>
    public IReadOnlyList<float>? Scale { get; init; }

    /// <summary>The classes, or null.</summary>
    public ClassTable? Classes { get; init; }

    /// <summary>Licence, or null.</summary>
    public string? Licence { get; init; }

    /// <summary>What the model was trained on, or null.</summary>
    public string? Training { get; init; }

    /// <summary>The hints for a file: those beside it, else its own card, else none.</summary>
    /// <exception cref="SegPipeException">78 if they are there and wrong.</exception>
    public static CardHints Find(string path, ModelProto model)
    {
        var beside = Path.ChangeExtension(path, ".card.yaml");
        if (File.Exists(beside)) return Read(CardYaml.Read(beside), beside);
        var own = model.MetadataProps.FirstOrDefault(entry => entry.Key == ModelCard.MetadataKey);
        try
        {
            return own is null ? new() : Read(JsonElement.Parse(own.Value), path);
        }
        catch (JsonException)
        {
            // A damaged card of an earlier import is replaced by the one that this import writes.
            return new();
        }
    }

    private static CardHints Read(JsonElement json, string where)
    {
        var problems = new List<string>();
        var card = new CardSection(json, "", problems);
        foreach (var other in (string[])["v", "name", "output", "batch", "source", "sha256"]) card.Take(other);
        var input = card.Take("input") is null ? new CardSection(default, "input", []) : card.Section("input");
        foreach (var other in (string[])["name", "layout", "element", "formula"]) input.Take(other);
        var hints = new CardHints
        {
            Family = card.OptionalText("family"),
            Size = input.Take("width") is null ? null : new(input.Int("width", 1, 16384), input.Int("height", 1, 16384)),
            Order = input.Take("order") is null ? null : input.Choice("order", ("RGB", ChannelOrder.Rgb), ("BGR", ChannelOrder.Bgr)),
            Fit = input.Take("fit") is null ? null : input.Choice("fit", ("stretch", PictureFit.Stretch), ("letterbox", PictureFit.Letterbox), ("crop", PictureFit.Crop)),
            Mean = input.Take("mean") is null ? null : input.Triple("mean", true, 0),
            Scale = input.Take("scale") is null ? null : input.Triple("scale", true, 1),
            Classes = card.Take("classes") is null ? null : ReadClasses(card),
            Licence = card.OptionalText("licence"),
            Training = card.OptionalText("training"),
        };
        card.RefuseUnknown();
        input.RefuseUnknown();
        if (hints.Mean is null != hints.Scale is null) problems.Add("input.mean and input.scale belong together");
        return problems.Count == 0 ? hints
            : throw new SegPipeException(ExitCode.Configuration, $"The card in {where} is not valid: {string.Join("; ", problems)}.", "Correct it, or leave out what the import finds by itself.");
    }

    private static ClassTable ReadClasses(CardSection card) =>
        new([.. card.Sections("classes").Select((entry, place) => new ClassEntry(place, entry.Text("name"), entry.OptionalText("color") ?? Palette.DefaultColor(place)))]);
}
