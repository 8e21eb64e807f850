using SegPipe.Testing;

namespace SegPipe.Sinks.Tests;

public sealed class SegmentNamesTests : IDisposable
{
    private static readonly DateTime Start = new(2026, 1, 31, 23, 59, 59, 987, DateTimeKind.Utc);

    private readonly TemporaryFolder _folder = new();

    private SegmentNames Names => new(_folder["front (1).mp4"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_name_tells_the_second_and_no_file_is_met_twice()
    {
        Assert.Equal(_folder["front (1)-20260131T235959Z.mp4"], Names.Next(Start));

        Make("front (1)-20260131T235959Z.mp4");
        Assert.Equal(_folder["front (1)-20260131T235959Z-2.mp4"], Names.Next(Start));

        Make("front (1)-20260131T235959Z-2.mp4.partial");
        Assert.Equal(_folder["front (1)-20260131T235959Z-3.mp4"], Names.Next(Start));
    }

    [Fact]
    public void Finished_and_unfinished_ones_are_found_in_the_order_of_time_and_nothing_else()
    {
        Make(
            "front (1)-20260131T235959Z-10.mp4", "front (1)-20260131T235959Z.mp4", "front (1)-20260131T235959Z-2.mp4", "front (1)-20250131T235959Z.mp4",
            "front (1)-20270131T235959Z.mp4.partial", "front (1).mp4", "front (1)-notes.mp4", "front (1)-20260131T235959Z.mkv", "rear-20260131T235959Z.mp4", "front 1-20260131T235959Z.mp4");

        Assert.Equal(
            ["front (1)-20250131T235959Z.mp4", "front (1)-20260131T235959Z.mp4", "front (1)-20260131T235959Z-2.mp4", "front (1)-20260131T235959Z-10.mp4"],
            Names.Finished().Select(file => Path.GetFileName(file)));
        Assert.Equal([_folder["front (1)-20270131T235959Z.mp4"]], Names.Unfinished());
    }

    [Fact]
    public void A_folder_that_is_not_there_holds_none() => Assert.Empty(new SegmentNames(_folder["none/front.mp4"]).Finished());

    private void Make(params string[] names)
    {
        foreach (var name in names) File.WriteAllText(_folder[name], "x");
    }
}
