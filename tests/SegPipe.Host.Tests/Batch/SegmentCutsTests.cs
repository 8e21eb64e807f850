using FsCheck;
using FsCheck.Fluent;
using SegPipe.Host.Batch.Planning;

namespace SegPipe.Host.Tests.Batch;

public sealed class SegmentCutsTests
{
    /// <summary>Groups of pictures of random length, each with pictures that are shown before they are stored, some of them before their key picture.</summary>
    private static readonly Gen<List<IndexedPacket>> Videos =
        from groups in Gen.ListOf(Gen.Choose(1, 40))
        from open in Gen.Elements(true, false)
        from start in Gen.Choose(-100, 5000)
        select Packets([.. groups, 3], open, start);

    [Fact]
    public void Every_picture_is_in_one_segment_and_every_segment_begins_with_a_key_picture() => Prop.ForAll(
        Videos.ToArbitrary(), Gen.Choose(1, 60).ToArbitrary(), Gen.Choose(0, 9).ToArbitrary(),
        (packets, most, lead) =>
        {
            var segments = SegmentCuts.Of(packets, most, lead, lead / 2);
            long[] times = [.. packets.Select(p => p.Pts).Order()];
            var keys = packets.Where(p => p.Key).Select(p => p.Pts).ToHashSet();
            return segments.Select(s => s.I).SequenceEqual(Enumerable.Range(0, segments.Count))
                && segments.Sum(s => s.Frames) == times.Length
                && segments.Skip(1).All(s => keys.Contains(s.FirstPts))
                && segments.Zip(segments.Skip(1)).All(pair => pair.First.EndPts == pair.Second.FirstPts)
                && segments[^1].EndPts == long.MaxValue
                && segments.All(s => times.Count(t => t >= s.FirstPts && t < s.EndPts) == s.Frames && times.Last(t => t < s.EndPts) == s.LastPts)
                && segments.All(s => times[(int)s.LeadSeq] == s.LeadPts && s.LeadPts <= s.FirstPts && s.TailPts >= s.EndPts)
                && segments.All(s => times.Count(t => t >= s.LeadPts && t < s.FirstPts) == Math.Min(lead, times.Count(t => t < s.FirstPts)));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(300, new[] { 300L, 300, 150 })]
    [InlineData(299, new[] { 250L, 250, 250 })]
    [InlineData(50, new[] { 50L, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50 })]
    [InlineData(10, new[] { 50L, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50 })]
    [InlineData(750, new[] { 750L })]
    public void Segments_are_as_long_as_they_may_be(int most, long[] expected) =>
        Assert.Equal(expected, SegmentCuts.Of(Packets([.. Enumerable.Repeat(50, 15)], open: false, start: 0), most, 0, 0).Select(s => s.Frames));

    [Fact]
    public void Time_that_begins_anew_is_never_cut()
    {
        var packets = Packets([30, 30], open: false, start: 0).Concat(Packets([30, 30], open: false, start: 0)).ToList();

        Assert.Single(SegmentCuts.Of(packets, 30, 0, 0));
    }

    private static List<IndexedPacket> Packets(IReadOnlyList<int> groups, bool open, int start)
    {
        const int tick = 40;
        List<IndexedPacket> packets = [];
        long shown = start;
        foreach (var length in groups)
        {
            // An open group's last pictures are stored behind the next group's key picture.
            var leading = open && packets.Count > 0 ? Math.Min(2, length - 1) : 0;
            var key = shown + leading * tick;
            packets.Add(new(key, true));
            for (var i = 0; i < leading; i++) packets.Add(new(shown + i * tick, false));
            for (var i = leading + 1; i < length; i += 2)
            {
                if (i + 1 < length) packets.Add(new(shown + (i + 1) * tick, false));
                packets.Add(new(shown + i * tick, false));
            }
            shown += length * tick;
        }
        return packets;
    }
}
