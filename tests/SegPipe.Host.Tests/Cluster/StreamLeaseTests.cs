using SegPipe.Host.Tests.Http;
using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

/// <summary>Streams on several workers, as processes: who owns one, who takes it over, and what a former owner may still do.</summary>
[Collection(BrokerCollection.Name)]
public sealed class StreamLeaseTests(BrokerFixture fixture)
{
    private const int Kill = 9, Terminate = 15, Stop = 19, Continue = 18;

    private const string Pipeline = """
        version: 1
        streams: { gate: { file: gate.mp4 }, yard: { file: gate.mp4 } }
        sources: { cam: { type: video_file, path: "${stream.file}", pace: realtime, loop: true } }
        stages: { picture: { type: decode, from: cam, threads: 1 } }
        sinks: { pictures: { type: image_folder, from: picture, path: "${stream.id}" } }
        """;

    [SkippableFact]
    public async Task A_stream_goes_to_another_worker_when_its_owner_dies_hangs_or_ends_and_each_has_a_folder_of_its_own()
    {
        var broker = fixture.Broker;
        using var folder = new TemporaryFolder();
        NumberedVideo.Write(folder["gate.mp4"], 50);
        File.WriteAllText(folder["streams.yaml"], Pipeline);
        var environment = new Dictionary<string, string> { ["SEGPIPE_BROKER"] = broker.Uri(broker.AddVirtualHost()) };
        ProgramChild Worker(params string[] further) => new(folder.Path, environment, ["worker", "--streams", "streams.yaml", "--out", "live", .. further]);
        string Epoch(string stream, int epoch) => folder[$"live/stream/{stream}/e{epoch:000000}"];
        int Pictures(string stream, int epoch) => Directory.Exists(Epoch(stream, epoch)) ? Directory.GetFiles(Epoch(stream, epoch), "*.png", SearchOption.AllDirectories).Length : 0;
        Task RunsAsync(int epoch, params ProgramChild[] workers) =>
            Patiently.UntilAsync(() => Pictures("gate", epoch) > 5 && Pictures("yard", epoch) > 5, $"epoch {epoch} runs", () => string.Join("\n---\n", workers.Select(w => w.Said)));

        using var first = Worker();
        await RunsAsync(1, first);
        using var second = Worker();
        await second.SaysAsync("stands by for 2 streams");

        // Death: the broker sees the connection close.
        var children = RunningProcesses.Below(first.Id);
        first.Signal(Kill);
        await RunsAsync(2, second);
        await RunningProcesses.EndAsync(children);

        // Hanging: nobody but the clock tells.
        using var third = Worker();
        await third.SaysAsync("stands by for 2 streams");
        second.Signal(Stop);
        await RunsAsync(3, second, third);
        second.Signal(Continue);
        await second.SaysAsync("gate is not owned by this worker any more");
        await second.SaysAsync("yard is not owned by this worker any more");
        var (gate, yard) = (Pictures("gate", 2), Pictures("yard", 2));
        Assert.NotEqual(File.ReadAllText(Path.Combine(Epoch("gate", 2), ".owner")), File.ReadAllText(Path.Combine(Epoch("gate", 3), ".owner")));

        // An orderly end, and the former owner stands by again.
        third.Signal(Terminate);
        Assert.Equal(0, (await third.EndAsync()).Code);
        await RunsAsync(4, second, third);
        Assert.Equal((gate, yard), (Pictures("gate", 2), Pictures("yard", 2)));
        second.Signal(Terminate);
        Assert.Equal(0, (await second.EndAsync()).Code);
    }

    [SkippableFact]
    public async Task A_worker_owns_no_more_streams_than_it_has_room_for()
    {
        var broker = fixture.Broker;
        using var folder = new TemporaryFolder();
        NumberedVideo.Write(folder["gate.mp4"], 50);
        File.WriteAllText(folder["streams.yaml"], Pipeline);
        var environment = new Dictionary<string, string> { ["SEGPIPE_BROKER"] = broker.Uri(broker.AddVirtualHost()) };
        ProgramChild Worker(params string[] further) => new(folder.Path, environment, ["worker", "--streams", "streams.yaml", "--out", "live", "--capacity", "1", .. further]);

        using var first = Worker("--http", "127.0.0.1:0");
        await first.SaysAsync("is owned by this worker");
        using var second = Worker();
        await second.SaysAsync("is owned by this worker");

        using var served = await ServedRun.OfAsync(first);
        var frames = await served.UntilAsync("metrics", text => text.Contains("segpipe_component_sent_frames_total{pipeline=\"streams\"", StringComparison.Ordinal) && text.Contains("segpipe_frame_latency_seconds_count", StringComparison.Ordinal));
        var workers = await served.UntilAsync("api/workers", text => text.Split("\"epoch\": 1").Length == 3);

        foreach (var worker in (ProgramChild[])[first, second])
        {
            worker.Signal(Terminate);
            var result = await worker.EndAsync();
            Assert.Equal(0, result.Code);
        }
        var owned = new[] { first, second }.Select(w => w.Said.Split('\n').First(line => line.Contains("is owned by this worker", StringComparison.Ordinal)));
        Assert.Contains(owned, line => line.Contains("gate", StringComparison.Ordinal));
        Assert.Contains(owned, line => line.Contains("yard", StringComparison.Ordinal));
        Assert.True(frames.Contains("stream=\"gate\",component", StringComparison.Ordinal) != frames.Contains("stream=\"yard\",component", StringComparison.Ordinal), frames);
        Assert.True(workers.Contains("\"id\": \"gate\"", StringComparison.Ordinal) && workers.Contains("\"id\": \"yard\"", StringComparison.Ordinal), workers);
    }

    [Fact]
    public void No_two_owners_ever_have_one_folder()
    {
        using var root = new TemporaryFolder();

        var made = Enumerable.Range(0, 40).AsParallel().WithDegreeOfParallelism(8).Select(i => EpochFolder.Make(root.Path, "gate", i % 3, $"w{i}")).ToList();
        var later = EpochFolder.Make(root.Path, "gate", 100, "later");

        Assert.Equal(40, made.Select(m => m.Folder).Distinct().Count());
        Assert.Equal(101, later.Epoch);
        Assert.EndsWith("stream/gate/e000101", later.Folder, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"stream\":\"gate\",\"epoch\":42}", 42)]
    [InlineData("{\"stream\":\"gate\",\"epoch\":-1}", 0)]
    [InlineData("{\"stream\":\"gate\",\"epoch\":42,\"more\":1}", 0)]
    [InlineData("spam", 0)]
    public void A_token_that_cannot_be_read_is_as_good_as_none(string text, long epoch)
    {
        Assert.Equal(epoch, LeaseToken.EpochOf(System.Text.Encoding.UTF8.GetBytes(text)));
        Assert.Equal(7, LeaseToken.EpochOf(new LeaseToken("gate", 7).Write()));
    }
}
