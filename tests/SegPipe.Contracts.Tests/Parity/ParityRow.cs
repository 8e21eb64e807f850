using System.Globalization;

namespace SegPipe.Parity;

/// <summary>A figure and the bar that it must keep.</summary>
/// <param name="Reached">What was reached.</param>
/// <param name="Bar">What is asked for.</param>
internal sealed record Figure(double Reached, double Bar);

/// <summary>What an imported file reached on one picture.</summary>
/// <param name="File">The file.</param>
/// <param name="How">Options of the import and the upsampling, where they matter.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Labels">Share of equal pixels in per cent; a lower limit.</param>
/// <param name="Logits">Distance of the low-resolution logits, or null where none are stored; an upper limit.</param>
/// <param name="Unit">What the distance is measured in.</param>
internal sealed record ParityRow(string File, string How, string Picture, Figure Labels, Figure? Logits, string Unit)
{
    /// <summary>Beginning of the table.</summary>
    public static readonly string[] Title = ["| file | import | picture | equal labels % | asked | logits: distance | asked |", "|---|---|---|--:|--:|--:|--:|"];

    /// <summary>Whether both bars are kept.</summary>
    public bool Holds => Labels.Reached >= Labels.Bar && (Logits is null || Logits.Reached <= Logits.Bar);

    /// <summary>The row as a line of a Markdown table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"| `{File}` | {How} | {Picture} | {Labels.Reached:0.000} | {Labels.Bar:0.00} | {(Logits is { } l ? string.Create(CultureInfo.InvariantCulture, $"{l.Reached:0.0000}{(Unit.Length > 0 ? " " + Unit : "")} | {l.Bar:0.####}") : "– | –")} |");
}
