using System.Text.Json;
using SegPipe.Frames;

namespace SegPipe.Host.Evaluation;

/// <summary>How far two models agree, for people and as JSON.</summary>
/// <param name="First">Name of the first model.</param>
/// <param name="Second">Name of the second.</param>
/// <param name="Classes">The classes of the first.</param>
/// <param name="Matrix">What was counted, the first model's class maps as truth.</param>
internal sealed record ComparisonReport(string First, string Second, ClassTable Classes, ConfusionMatrix Matrix)
{
    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Share of the pixels that both give the same class, 0–1; null where there are none.</summary>
    public double? Agreement => Matrix.PixelAccuracy;

    /// <summary>Mean over the classes that either of them gives, 0–1; null where there are none.</summary>
    public double? MeanIou => Classes.Entries.Average(entry => IouOf(entry.Id));

    /// <summary>Totals and a table by class; classes that neither gives show no figure.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"same class      {Percent(Agreement)} %  ({Matrix.Frames} pictures, {Matrix.Pixels} pixels)";
        yield return $"mIoU            {Percent(MeanIou)} %  ({Classes.Entries.Count(entry => IouOf(entry.Id) is not null)} of {Classes.Count} classes occur)";
        if (Matrix.Worst is { } worst) yield return $"least alike     {Percent(worst.Agreement)} %  ({worst.Name})";
        yield return "";
        var table = new TextTable("ID", "CLASS", "IoU %", "SHARE IN A %", "SHARE IN B %");
        foreach (var entry in Classes.Entries)
            table.Add($"{entry.Id}", entry.Name, Percent(IouOf(entry.Id)), Share(Matrix.TruePixels(entry.Id)), Share(Matrix.GivenPixels(entry.Id)));
        foreach (var line in table.Lines()) yield return line;
    }

    /// <summary>The same as JSON; shares are 0–1, null where neither model gives a class.</summary>
    public string Json() => JsonSerializer.Serialize(
        new
        {
            v = 1,
            first = First,
            second = Second,
            pictures = Matrix.Frames,
            pixels = Matrix.Pixels,
            agreement = Agreement,
            miou = MeanIou,
            worst = Matrix.Worst is { } worst ? new { worst.Name, worst.Agreement } : null,
            classes = Classes.Entries.Select(entry => new
            {
                id = entry.Id,
                name = entry.Name,
                iou = IouOf(entry.Id),
                pixels_of_first = Matrix.TruePixels(entry.Id),
                pixels_of_second = Matrix.GivenPixels(entry.Id),
                pixels_of_both = Matrix.Count(entry.Id, entry.Id),
            }),
        },
        Form);

    private double? IouOf(int label)
    {
        var both = Matrix.Count(label, label);
        var either = Matrix.TruePixels(label) + Matrix.GivenPixels(label) - both;
        return either > 0 ? (double)both / either : null;
    }

    private string Share(long pixels) => Matrix.Pixels > 0 ? $"{100.0 * pixels / Matrix.Pixels:0.000}" : "-";

    private static string Percent(double? share) => share is { } s ? $"{s * 100:0.00}" : "-";
}
