using System.Text.Json;
using SegPipe.Frames;
using SegPipe.Testing;

namespace SegPipe.Sinks.Tests;

public sealed class ClassStatsSinkTests : IAsyncLifetime
{
    private readonly ComponentBench _bench = new();

    private string Path => System.IO.Path.Combine(_bench.Folder, "out/stats.jsonl");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bench.DisposeAsync().AsTask();

    [Fact]
    public async Task Every_class_map_becomes_one_record()
    {
        var format = SinkBench.Labels(4, 2) with { TimeBase = new(1, 90000) };
        var wall = new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc).Ticks;

        await SinkBench.WriteAsync(
            _bench,
            Sink(),
            (format, new FrameHeader { Sequence = 7, Pts = 135000, WallTicks = wall, MaskAgeMs = 40 }, [0, 0, 0, 1, 1, 2, 255, 0]),
            (format, new FrameHeader { Sequence = 9, Pts = -45000, WallTicks = wall + 1 }, [0, 0, 0, 1, 1, 2, 2, 2]));

        var records = Records();
        Assert.Equal(2, records.Length);
        Assert.Equal(
            """{"v":1,"stream":"main","seq":7,"pts":135000,"time_base":"1/90000","t_seconds":1.5,"wall_time":"2024-05-06T07:08:09Z","mask_age_ms":40,"shares":{"road":0.5,"Straße":0.25,"car":0.125},"changed":0}""",
            File.ReadAllLines(Path)[0]);
        Assert.Equal(-0.5, records[1].GetProperty("t_seconds").GetDouble());
        Assert.Equal(0.375, records[1].GetProperty("shares").GetProperty("car").GetDouble());
        Assert.Equal(0.25, records[1].GetProperty("changed").GetDouble());
    }

    [Fact]
    public async Task The_share_that_changed_is_told_to_those_who_watch()
    {
        var context = _bench.Context();
        var format = SinkBench.Labels(4, 2);

        await SinkBench.WriteAsync(
            _bench, new ClassStatsSink(new() { From = SinkBench.From, Path = "out/stats.jsonl" }, context),
            (format, default, [0, 0, 0, 1, 1, 2, 2, 0]), (format, default, [0, 0, 0, 1, 1, 2, 1, 1]));

        Assert.Equal(0.25, context.Status.Reading(Components.ComponentReading.MaskFlicker));
        Assert.Equal(new FileInfo(Path).Length, context.Status.WrittenBytes);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(31, 3)]
    [InlineData(64, 5)]
    [InlineData(67, 9)]
    public async Task Shares_and_change_are_what_plain_counting_gives(int width, int height)
    {
        var format = SinkBench.Labels(width, height);
        byte[] first = SinkBench.Noise(1, width * height, 3), second = SinkBench.Noise(2, width * height, 3);
        first.AsSpan(0, Math.Min(16, first.Length)).Fill(1);

        await SinkBench.WriteAsync(_bench, Sink(), (format, default, first), (format, default, second));

        var shares = Records()[0].GetProperty("shares");
        for (byte id = 0; id < 3; id++)
        {
            Assert.Equal((double)first.Count(label => label == id) / first.Length, shares.GetProperty(SinkBench.Classes.Entries[id].Name).GetDouble(), 6e-8);
        }

        Assert.Equal((double)first.Zip(second).Count(pair => pair.First != pair.Second) / first.Length, Records()[1].GetProperty("changed").GetDouble(), 6e-8);
    }

    [Fact]
    public async Task A_new_size_begins_without_a_frame_before()
    {
        await SinkBench.WriteAsync(_bench, Sink(), (SinkBench.Labels(2, 2), default, [0, 0, 0, 0]), (SinkBench.Labels(3, 1), default, [1, 1, 1]));

        Assert.Equal(0, Records()[1].GetProperty("changed").GetDouble());
        Assert.Equal(1, Records()[1].GetProperty("shares").GetProperty("Straße").GetDouble());
    }

    [Fact]
    public async Task With_a_threshold_a_record_is_written_where_a_share_has_moved_so_far_from_the_last_record()
    {
        // Of 100 pixels, so many are of the second class; each step alone is within the threshold.
        int[] cars = [0, 5, 10, 11, 20, 21, 22, 10, 11];

        await WriteAsync(new() { From = SinkBench.From, Path = "out/stats.jsonl", ChangePercent = 10 }, cars);

        Assert.Equal([0, 3, 6, 7], Sequences());
    }

    [Fact]
    public async Task With_an_interval_a_record_is_written_after_so_much_time_of_the_stream()
    {
        await WriteAsync(new() { From = SinkBench.From, Path = "out/stats.jsonl", EverySeconds = 0.11 }, new int[10]);

        Assert.Equal([0, 3, 6, 9], Sequences());
    }

    [Fact]
    public async Task With_both_a_change_begins_the_interval_anew()
    {
        await WriteAsync(new() { From = SinkBench.From, Path = "out/stats.jsonl", ChangePercent = 50, EverySeconds = 0.11 }, [0, 0, 60, 60, 60, 60, 60, 0, 0]);

        Assert.Equal([0, 2, 5, 7], Sequences());
    }

    [Fact]
    public async Task Nothing_lies_under_the_final_name_before_the_end()
    {
        var format = SinkBench.Labels(2, 1);
        await using (var sink = Sink())
        {
            await sink.OpenAsync(format, CancellationToken.None);
            using var frame = _bench.Frame(format, default, [0, 1]);
            await sink.WriteAsync(frame, CancellationToken.None);

            Assert.False(File.Exists(Path));
            Assert.Single(File.ReadAllLines(Path + ".partial"));
        }

        Assert.Empty(Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!));
    }

    [Fact]
    public async Task Nothing_is_allocated_for_a_record()
    {
        await using var sink = Sink();
        var format = SinkBench.Labels(64, 32);
        await sink.OpenAsync(format, CancellationToken.None);
        using var frame = _bench.Frame(format, default, SinkBench.Noise(1, 2048, 3));

        for (var i = 0; i < 100; i++) await sink.WriteAsync(frame, CancellationToken.None);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++) await sink.WriteAsync(frame, CancellationToken.None);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    [Fact]
    public async Task A_path_outside_the_output_root_is_refused()
    {
        await using var sink = new ClassStatsSink(new ClassStatsOptions { From = SinkBench.From, Path = "../stats.jsonl" }, _bench.Context());

        Assert.Equal(ExitCode.Configuration, (await Assert.ThrowsAsync<SegPipeException>(() => sink.OpenAsync(SinkBench.Labels(2, 2), CancellationToken.None))).Code);
    }

    private Task WriteAsync(ClassStatsOptions options, int[] cars)
    {
        var format = SinkBench.Labels(10, 10);
        return SinkBench.WriteAsync(_bench, new ClassStatsSink(options, _bench.Context()), cars.Select((count, i) =>
            ((Format)format, new FrameHeader { Sequence = i, Pts = i }, Enumerable.Range(0, 100).Select(p => (byte)(p < count ? 1 : 0)).ToArray())));
    }

    private long[] Sequences() => [.. Records().Select(r => r.GetProperty("seq").GetInt64())];

    private ClassStatsSink Sink() => new(new ClassStatsOptions { From = SinkBench.From, Path = "out/stats.jsonl" }, _bench.Context());

    private JsonElement[] Records() => [.. File.ReadAllLines(Path).Select(line => JsonElement.Parse(line))];
}
