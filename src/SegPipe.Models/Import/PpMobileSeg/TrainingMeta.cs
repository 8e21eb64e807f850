using System.Globalization;
using System.Text.RegularExpressions;
using SegPipe.Frames;
using SegPipe.Models.Import.Pickle;
using SegPipe.Pictures;

namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>What MMSegmentation's <c>meta</c> tells besides the weights: classes, colours, and the configuration's text with the preparation of pictures.</summary>
internal sealed partial class TrainingMeta
{
    private const int LongestText = 1 << 20, MostClasses = 255, LongestName = 64;

    private readonly PickleDictionary? _meta;
    private readonly string _configuration;

    /// <summary>Takes <c>meta</c>, or null for a file without one.</summary>
    public TrainingMeta(PickleDictionary? meta)
    {
        _meta = meta;
        _configuration = Text("cfg") ?? Text("config") ?? "";
    }

    /// <summary>Means and factors on samples of 0–1, where the configuration states exactly one of each.</summary>
    public (IReadOnlyList<float> Mean, IReadOnlyList<float> Scale)? Normalisation =>
        Triple("mean") is { } mean && Triple("std") is { } deviation && deviation.All(d => d > 0)
            ? ([.. mean.Select(m => m / 255)], [.. deviation.Select(d => 255 / d)])
            : null;

    /// <summary>Order of the channels: pictures are read as BGR, and most configurations turn them.</summary>
    public ChannelOrder Order => KeptBgr().IsMatch(_configuration) ? ChannelOrder.Bgr : ChannelOrder.Rgb;

    /// <summary>The size of the pictures that the network was trained on, where it is stated.</summary>
    public PictureSize? CropSize
    {
        get
        {
            var sizes = Crop().Matches(_configuration).Select(m => (Height: Number(m, 1), Width: Number(m, 2))).Distinct().ToList();
            return sizes is [(>= 32 and <= 4096, >= 32 and <= 4096) and var size] ? new(size.Width, size.Height) : null;
        }
    }

    /// <summary>The data set, where it is named.</summary>
    public string? Training => Text("dataset") is { Length: > 0 and <= 200 } named ? Clean(named)
        : DataSet().Match(_configuration) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>The classes, where as many are named as the network has.</summary>
    public ClassTable? Classes(int count)
    {
        var set = _meta?.Entries.GetValueOrDefault("dataset_meta") as PickleDictionary ?? _meta;
        if (PickleList.ItemsOf(Entry(set, "classes")) is not { } names || names.Count != count || count > MostClasses || !names.All(n => n is string)) return null;
        var colors = Colors(Entry(set, "palette"), count);
        var entries = new List<ClassEntry>();
        foreach (string name in names.Cast<string>())
        {
            var id = entries.Count;
            var clean = Clean(name);
            // Two classes of a name would not be told apart by anybody who asks for one.
            if (clean.Length == 0 || entries.Any(e => e.Name == clean)) clean = $"{clean} {id}".Trim();
            entries.Add(new(id, clean, colors?[id] ?? Palette.DefaultColor(id)));
        }
        return new(entries);
    }

    private static string[]? Colors(object? palette, int count)
    {
        var rows = palette switch
        {
            NumpyArray { Tensor: { Shape: [var n, 3] } tensor } when n == count => tensor.Values().Chunk(3).Select(c => c.Select(v => (long)v).ToArray()).ToList(),
            _ when PickleList.ItemsOf(palette) is { } items && items.Count == count => [.. items.Select(i => PickleList.TryIntegers(i, out var rgb) ? rgb : [])],
            _ => [],
        };
        return rows.Count == count && rows.All(c => c is [>= 0 and <= 255, >= 0 and <= 255, >= 0 and <= 255])
            ? [.. rows.Select(c => $"#{c[0]:x2}{c[1]:x2}{c[2]:x2}")]
            : null;
    }

    // MMSegmentation 0 wrote CLASSES, 1 writes classes.
    private static object? Entry(PickleDictionary? set, string name) => set?.Entries.GetValueOrDefault(name) ?? set?.Entries.GetValueOrDefault(name.ToUpperInvariant());

    private string? Text(string name) => _meta?.Entries.GetValueOrDefault(name) switch
    {
        string text => text,
        PickleText text => text.Start(LongestText),
        _ => null,
    };

    private float[]? Triple(string name)
    {
        var found = Numbers().Matches(_configuration).Where(m => m.Groups[1].Value == name).Select(m => new[] { 2, 3, 4 }.Select(g => float.Parse(m.Groups[g].Value, CultureInfo.InvariantCulture)).ToArray()).ToList();
        return found.Count > 0 && found.TrueForAll(f => f.SequenceEqual(found[0])) ? found[0] : null;
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static string Clean(string text) => new string([.. text.Take(LongestName).Select(c => char.IsControl(c) ? ' ' : c)]).Trim();

    [GeneratedRegex(@"\b(mean|std)\s*=\s*[\[(]\s*(\d{1,4}(?:\.\d{0,9})?)\s*,\s*(\d{1,4}(?:\.\d{0,9})?)\s*,\s*(\d{1,4}(?:\.\d{0,9})?)\s*,?\s*[\])]", RegexOptions.NonBacktracking)]
    private static partial Regex Numbers();

    [GeneratedRegex(@"\bcrop_size\s*=\s*[\[(]\s*(\d{2,5})\s*,\s*(\d{2,5})\s*,?\s*[\])]", RegexOptions.NonBacktracking)]
    private static partial Regex Crop();

    [GeneratedRegex(@"\b(?:bgr_to_rgb|to_rgb)\s*=\s*False\b", RegexOptions.NonBacktracking)]
    private static partial Regex KeptBgr();

    [GeneratedRegex(@"\bdataset_type\s*=\s*'(\w{1,60})'", RegexOptions.NonBacktracking)]
    private static partial Regex DataSet();
}
