using System.Text.Json;
using SegPipe.Frames;

namespace SegPipe.Host.Evaluation;

/// <summary>Forms of an evaluation's result.</summary>
internal enum EvaluationFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object.</summary>
    Json,
}

/// <summary>Figures of an evaluation, for people and as JSON.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Classes">Its classes.</param>
/// <param name="Matrix">What was counted.</param>
internal sealed record EvaluationReport(string Model, ClassTable Classes, ConfusionMatrix Matrix)
{
    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Two lines of totals and a table by class; classes that the truth does not have show no figure.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"mIoU            {Percent(Matrix.MeanIou)} %  ({Classes.Entries.Count(c => Matrix.Iou(c.Id) is not null)} of {Classes.Count} classes are in the truth)";
        yield return $"pixel accuracy  {Percent(Matrix.PixelAccuracy)} %  ({Matrix.Frames} frames, {Matrix.Pixels} pixels with a class)";
        yield return "";
        var table = new TextTable("ID", "CLASS", "IoU %", "RECALL %", "PRECISION %", "SHARE OF TRUTH %");
        foreach (var entry in Classes.Entries)
        {
            var (hit, truth, given) = (Matrix.Count(entry.Id, entry.Id), Matrix.TruePixels(entry.Id), Matrix.GivenPixels(entry.Id));
            table.Add($"{entry.Id}", entry.Name, Percent(Matrix.Iou(entry.Id)), Percent(Share(hit, truth)), Percent(Share(hit, given)), Share(truth, Matrix.Pixels) is { } share ? $"{share * 100:0.000}" : "-");
        }
        foreach (var line in table.Lines()) yield return line;
    }

    /// <summary>The same as JSON; shares are 0–1, null where the truth does not have a class.</summary>
    public string Json() => JsonSerializer.Serialize(
        new
        {
            v = 1,
            model = Model,
            frames = Matrix.Frames,
            pixels = Matrix.Pixels,
            miou = Matrix.MeanIou,
            pixel_accuracy = Matrix.PixelAccuracy,
            classes = Classes.Entries.Select(c => new
            {
                id = c.Id,
                name = c.Name,
                iou = Matrix.Iou(c.Id),
                true_pixels = Matrix.TruePixels(c.Id),
                given_pixels = Matrix.GivenPixels(c.Id),
                right_pixels = Matrix.Count(c.Id, c.Id),
            }),
        },
        Form);

    private static double? Share(long part, long whole) => whole > 0 ? (double)part / whole : null;

    private static string Percent(double? share) => share is { } s ? $"{s * 100:0.00}" : "-";
}
