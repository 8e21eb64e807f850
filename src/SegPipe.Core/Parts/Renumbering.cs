using SegPipe.Configuration;
using SegPipe.Runtime;

namespace SegPipe.Parts;

/// <summary>
/// Runs parts again whose pictures had other numbers than in the whole, because earlier parts had lost some, where a stage goes by numbers.
/// What a part loses does not depend on the numbers, so that once is enough.
/// </summary>
internal sealed class Renumbering(PipelineDefinition definition, PipelineServices services) : IDisposable
{
    private readonly List<string> _folders = [];

    /// <summary>The parts, with those that were run again in their places.</summary>
    public async Task<IReadOnlyList<FinishedPart>> OfAsync(IReadOnlyList<FinishedPart> parts, CancellationToken abort)
    {
        var period = PartNeeds.Of(definition).Period;
        List<FinishedPart> right = [];
        long next = 0;
        foreach (var part in parts)
        {
            next += part.Skipped;
            var shift = next - (part.Result.FirstSequence ?? next);
            right.Add(shift % period == 0 || part.Result.Part is not { } ran ? part : await AgainAsync(part.Folder, ran with { LeadSequence = ran.LeadSequence + shift }, abort).ConfigureAwait(false) with { Skipped = part.Skipped });
            next += part.Result.Pictures;
        }
        return right;
    }

    /// <summary>Removes what was only needed for the join.</summary>
    public void Dispose()
    {
        foreach (var folder in _folders) Directory.Delete(folder, recursive: true);
    }

    private async Task<FinishedPart> AgainAsync(string folder, Part part, CancellationToken abort)
    {
        var beside = folder + ".renumbered";
        // A join that was killed may have left some of it.
        if (Directory.Exists(beside)) Directory.Delete(beside, recursive: true);
        Directory.CreateDirectory(beside);
        _folders.Add(beside);
        return new(beside, await PartRun.RunAsync(definition, part with { Folder = beside }, services, abort).ConfigureAwait(false));
    }
}
