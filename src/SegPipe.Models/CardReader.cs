using System.Text.Json;
using SegPipe.Frames;
using SegPipe.Pictures;

namespace SegPipe.Models;

/// <summary>Reads a card strictly: unknown keys, missing keys and values out of range are all found before it complains.</summary>
internal sealed class CardReader
{
    private const string Formula = "(rgb / 255 - mean) * scale";

    private readonly List<string> _problems = [];

    /// <summary>Reads a card from its JSON form.</summary>
    /// <param name="json">The card.</param>
    /// <param name="where">What holds the card, for messages.</param>
    /// <exception cref="SegPipeException">78 with every problem in one message.</exception>
    public static ModelCard Read(JsonElement json, string where)
    {
        var reader = new CardReader();
        var card = reader.ReadCard(new CardSection(json, "", reader._problems));
        return reader._problems.Count == 0
            ? card
            : throw new SegPipeException(ExitCode.Configuration, $"The model card in {where} is not valid: {string.Join("; ", reader._problems)}.",
                "Correct the card, or write a whole one beside the model as NAME.card.yaml.");
    }

    private ModelCard ReadCard(CardSection card)
    {
        if (card.Int("v", 1, int.MaxValue) is var version && version > 1) _problems.Add($"v is {version}, this program reads 1");
        var result = new ModelCard
        {
            Name = card.Text("name"),
            Family = card.Text("family"),
            Input = ReadInput(card.Section("input")),
            Output = ReadOutput(card.Section("output")),
            Classes = ReadClasses(card),
            Batch = ReadBatch(card),
            Training = card.OptionalText("training"),
            Quantisation = card.OptionalText("quantisation"),
            Licence = card.OptionalText("licence"),
            Source = card.OptionalText("source"),
            Sha256 = card.OptionalText("sha256"),
        };
        if (result.Sha256 is { } hash && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit))) _problems.Add("sha256 is not 64 hexadecimal digits");
        card.RefuseUnknown();
        return result;
    }

    private CardInput ReadInput(CardSection input)
    {
        var element = input.Choice("element", ("float32", ElementType.Float32), ("uint8", ElementType.UInt8));
        var required = element == ElementType.Float32;
        var result = new CardInput
        {
            Name = input.Text("name"),
            Size = ReadSize(input),
            Layout = input.Choice("layout", ("NCHW", TensorLayout.Nchw), ("NHWC", TensorLayout.Nhwc)),
            Element = element,
            Order = input.Choice("order", ("RGB", ChannelOrder.Rgb), ("BGR", ChannelOrder.Bgr)),
            Mean = input.Triple("mean", required, 0),
            Scale = input.Triple("scale", required, 1),
            Fit = input.Choice("fit", ("stretch", PictureFit.Stretch), ("letterbox", PictureFit.Letterbox), ("crop", PictureFit.Crop)),
        };
        if (input.OptionalText("formula") is { } formula && formula != Formula) _problems.Add($"input.formula is '{formula}'; only '{Formula}' is known");
        if (!required && (result.Mean.Any(v => v != 0) || result.Scale.Any(v => v != 1))) _problems.Add("input.mean and input.scale have no meaning with element uint8; leave them out");
        input.RefuseUnknown();
        return result;
    }

    private static CardOutput ReadOutput(CardSection output)
    {
        var result = new CardOutput
        {
            Name = output.Text("name"),
            Kind = output.Choice("kind", ("logits", LogitsContent.Logits), ("labels", LogitsContent.Labels)),
            Size = ReadSize(output),
            Coordinates = output.Choice("coordinates", ("half_pixel", CoordinateRule.HalfPixel), ("asymmetric", CoordinateRule.Asymmetric), ("align_corners", CoordinateRule.AlignCorners)),
        };
        output.RefuseUnknown();
        return result;
    }

    private static PictureSize ReadSize(CardSection section) => new(section.Int("width", 1, 16384), section.Int("height", 1, 16384));

    private int? ReadBatch(CardSection card)
    {
        if (card.Take("batch") is not { } value) return 1;
        if (value.ValueKind == JsonValueKind.String && value.GetString() == "dynamic") return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 1) return number;
        _problems.Add("batch is neither 'dynamic' nor a whole number above zero");
        return 1;
    }

    private ClassTable ReadClasses(CardSection card)
    {
        var entries = new List<ClassEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var section in card.Sections("classes"))
        {
            var place = entries.Count;
            var id = section.Int("id", 0, 254);
            var entry = new ClassEntry(id, section.Text("name"), section.OptionalText("color") ?? Palette.DefaultColor(place));
            if (id != place) _problems.Add($"{section.Path}.id is {id}; ids count from 0 without gaps, so {place} belongs here");
            if (entry.Name.Length > 0 && !names.Add(entry.Name)) _problems.Add($"{section.Path}.name '{entry.Name}' is there twice");
            if (!Palette.TryParse(entry.Color, out _)) _problems.Add($"{section.Path}.color is '{entry.Color}', not '#rrggbb'");
            section.RefuseUnknown();
            entries.Add(entry);
        }

        if (entries.Count is 0 or > 255) _problems.Add($"classes has {entries.Count} entries; 1 to 255 are possible");
        return new ClassTable(entries);
    }
}
