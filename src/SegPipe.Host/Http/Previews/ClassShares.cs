using System.Runtime.CompilerServices;
using SegPipe.Frames;
using SegPipe.Runtime;

namespace SegPipe.Host.Http.Previews;

/// <summary>A class that is seen now.</summary>
/// <param name="Id">Value in the class map.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Color">The colour that it is painted with, as <c>#rrggbb</c>.</param>
/// <param name="Share">Share of the pixels, 0–1.</param>
internal sealed record ClassShare(int Id, string Name, string Color, double Share);

/// <summary>Counts the classes of the class maps that are looked at.</summary>
internal sealed class ClassShares
{
    private readonly ConditionalWeakTable<FrameTap, Census> _censuses = [];

    /// <summary>The classes in the newest copy of a stream's class map, most pixels first, and asks for a newer one; null while there is none.</summary>
    public IReadOnlyList<ClassShare>? Newest(StreamView stream)
    {
        if (PreviewRoles.ClassMap(stream) is not { } tap) return null;
        tap.Ask();
        var census = _censuses.GetOrCreateValue(tap);
        lock (census)
        {
            if (census.Number < tap.Copies && tap.TryLook((bytes, format, _, number) => (Shares: Count(stream, tap, bytes, (LabelsFormat)format), Number: number), out var newest))
                (census.Shares, census.Number) = newest;
            return census.Shares;
        }
    }

    private static IReadOnlyList<ClassShare> Count(StreamView stream, FrameTap tap, ReadOnlySpan<byte> labels, LabelsFormat format)
    {
        var counts = new int[256];
        foreach (var label in labels) counts[label]++;
        var colors = PreviewRoles.ColorsOf(stream, tap, format.Classes).Classes.Entries;
        var pixels = (double)labels.Length;
        return
        [
            .. format.Classes.Entries.Where(c => counts[c.Id] > 0)
                .Select(c => new ClassShare(c.Id, c.Name, colors[c.Id].Color, Math.Round(counts[c.Id] / pixels, 6)))
                .OrderByDescending(c => c.Share),
        ];
    }

    private sealed class Census
    {
        public IReadOnlyList<ClassShare>? Shares { get; set; }

        public long Number { get; set; }
    }
}
