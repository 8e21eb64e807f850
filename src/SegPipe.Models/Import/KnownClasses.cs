using SegPipe.Frames;
using SegPipe.Pictures;

namespace SegPipe.Models.Import;

/// <summary>The class tables that published networks were trained on, by their number of classes.</summary>
internal static class KnownClasses
{
    private const int MostClasses = 255;

    private static readonly Dictionary<int, string> ByCount = new() { [19] = "cityscapes", [21] = "voc", [32] = "ade20k_32", [150] = "ade20k" };

    /// <summary>The classes of an output.</summary>
    /// <param name="planes">Number of planes of logits, null for class maps.</param>
    /// <param name="stated">What the command line says, or null.</param>
    /// <param name="found">What the file says, or null.</param>
    /// <param name="report">Where the choice is noted.</param>
    /// <exception cref="SegPipeException">64 if the stated table has another number of classes.</exception>
    public static ClassTable For(int? planes, ClassTable? stated, ClassTable? found, ImportReport report)
    {
        if (stated is not null && planes is { } count && stated.Count != count)
            throw new SegPipeException(ExitCode.Usage, $"The network has {count} classes, --classes has {stated.Count}.", "Name a table of the right length, or leave it out.");
        if (stated is not null) return Noted(report, "as stated", stated);
        if (found is not null && (planes is null || found.Count == planes)) return Noted(report, "as the file or the catalogue says", found);
        if (found is not null) report.Warnings.Add($"the file names {found.Count} classes, its output has {planes}; the names are not used");
        if (planes is { } known && ByCount.TryGetValue(known, out var name))
            return Noted(report, $"those of {name}, because there are {known}; --classes may say otherwise", Palette.Load(name).Classes);

        report.Warnings.Add(planes is null
            ? $"a class map does not tell its classes: {MostClasses} without names are assumed; --classes names them"
            : $"no known table has {planes} classes: they have no names; --classes names them");
        return Noted(report, "none", new([.. Enumerable.Range(0, planes ?? MostClasses).Select(id => new ClassEntry(id, $"class {id}", Palette.DefaultColor(id)))]));
    }

    private static ClassTable Noted(ImportReport report, string where, ClassTable classes)
    {
        report.ClassNames = where;
        return classes;
    }
}
