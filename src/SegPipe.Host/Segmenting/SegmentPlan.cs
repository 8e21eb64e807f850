using SegPipe.Media;

namespace SegPipe.Host.Segmenting;

/// <summary>Decides where the results of each input go.</summary>
internal static class SegmentPlan
{
    /// <summary>One job an input.</summary>
    /// <exception cref="SegPipeException">66 or 65 for an input that is missing or empty, 64 where two results would have one path.</exception>
    public static IReadOnlyList<SegmentJob> Of(SegmentRequest request)
    {
        var several = request.Inputs.Count > 1;
        var jobs = request.Inputs.Select(input => Plan(request, input, InputProbe.KindOf(input), several)).ToList();
        RequireDistinct(jobs);
        return jobs;
    }

    private static SegmentJob Plan(SegmentRequest request, string input, InputKind kind, bool several)
    {
        var overlay = request switch
        {
            { Out: { } stated } => IsFolder(stated) || several ? Path.Combine(stated, OverlayName(input, kind)) : stated,
            { Labels: null } => OverlayName(input, kind),
            _ => null,
        };
        if (overlay is not null && kind == InputKind.Picture && !IsPng(overlay))
            throw new SegPipeException(ExitCode.Usage, $"The overlay of a picture is a PNG file, not {Path.GetFileName(overlay)}.", "Give -o a name that ends in .png.");
        if (overlay is not null && kind == InputKind.Video && VideoContainer.For(overlay) is null)
            throw new SegPipeException(ExitCode.Usage, $"{Path.GetFileName(overlay)} has the extension of no container that is written.", $"Give -o a name that ends in {string.Join(", ", VideoContainer.Extensions)}.");
        return new(input, kind, kind == InputKind.Folder && request.Out is { } folder && !several ? folder : overlay, LabelsOf(request.Labels, input, kind, several));
    }

    private static string? LabelsOf(string? stated, string input, InputKind kind, bool several)
    {
        if (stated is null) return null;
        var isFile = IsPng(stated) && !Directory.Exists(stated);
        if (isFile && (several || kind != InputKind.Picture))
            throw new SegPipeException(ExitCode.Usage, $"{stated} would be one class map, but there will be many.", "Give --labels a folder.");
        if (isFile) return stated;
        return kind == InputKind.Picture ? Path.Combine(stated, StemOf(input) + ".png") : several ? Path.Combine(stated, StemOf(input)) : stated;
    }

    private static string OverlayName(string input, InputKind kind)
    {
        return StemOf(input) + ".segmented" + kind switch
        {
            InputKind.Folder => "",
            InputKind.Picture => ".png",
            _ => VideoContainer.For(input)?.Extension ?? ".mp4",
        };
    }

    private static string StemOf(string input) => Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(input)));

    private static bool IsPng(string path) => path.EndsWith(".png", StringComparison.Ordinal);

    private static bool IsFolder(string path) => path.EndsWith('/') || Directory.Exists(path);

    private static void RequireDistinct(IReadOnlyList<SegmentJob> jobs)
    {
        var seen = jobs.Select(job => Path.GetFullPath(job.Input)).ToHashSet(StringComparer.Ordinal);
        foreach (var path in jobs.SelectMany(job => (IEnumerable<string?>)[job.Overlay, job.Labels]).OfType<string>())
        {
            if (seen.Add(Path.GetFullPath(path))) continue;
            throw new SegPipeException(ExitCode.Usage, $"{path} would be written twice, or is an input.", "Rename the inputs, or segment them one by one.");
        }
    }
}
