using SegPipe.Frames;
using SegPipe.Host.Batch;
using SegPipe.Host.Batch.Planning;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Http.Jobs;
using SegPipe.Testing;

namespace SegPipe.Host.Watching;

public sealed class BatchLookTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Storage_is_looked_at_when_somebody_asks_and_once_in_two_seconds_at_most()
    {
        var list = new CountedList(Batch("out"));
        var look = new BatchLook(list, _time);

        _time.Advance(TimeSpan.FromMinutes(5));
        var none = list.Looks;
        for (var i = 0; i < 20; i++) await look.NowAsync(default);
        var first = list.Looks;
        _time.Advance(TimeSpan.FromSeconds(1.9));
        await look.NowAsync(default);
        var early = list.Looks;
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => look.NowAsync(default)));

        Assert.Equal((0, 1, 1, 2), (none, first, early, list.Looks));
    }

    [Fact]
    public async Task A_look_that_takes_long_is_followed_by_a_rest_ten_times_as_long()
    {
        var list = new CountedList(Batch("out")) { Takes = () => _time.Advance(TimeSpan.FromSeconds(3)) };
        var look = new BatchLook(list, _time);

        await look.NowAsync(default);
        _time.Advance(TimeSpan.FromSeconds(29));
        await look.NowAsync(default);
        var early = list.Looks;
        _time.Advance(TimeSpan.FromSeconds(2));
        await look.NowAsync(default);

        Assert.Equal((1, 2), (early, list.Looks));
    }

    [Fact]
    public async Task A_batch_that_cannot_be_read_says_so_and_hides_no_other()
    {
        var (bad, good) = (Batch("bad"), Batch("good"));
        var plan = _folder[$"bad/.segpipe/{BatchNames.Plan(BatchNames.JobOf("/in/drive.mp4"))}"];
        Directory.CreateDirectory(Path.GetDirectoryName(plan)!);
        File.WriteAllText(plan, "{");

        var sight = await new BatchLook(new CountedList(bad, good), _time).NowAsync(default);
        var view = JobsView.Of(sight, [], new(_time), 20, _time.GetUtcNow());

        Assert.Contains("cannot be understood", view.Batches.Single(b => b.Folder == bad.Name).Error, StringComparison.Ordinal);
        Assert.Equal(["waiting"], view.Batches.Single(b => b.Folder == good.Name).Jobs.Select(j => j.State));
    }

    [Fact]
    public async Task Work_that_is_finished_or_done_twice_is_counted_once_and_speed_gives_the_time_left()
    {
        var batch = Batch("out");
        var plan = await PlanAsync(batch, committed: [0]);
        WorkNow Segment(int index, long frames, double fps) => new(WorkKind.Segment, batch.Name, plan.Job, index, frames, fps, _time.GetUtcNow());

        var sight = await new BatchLook(new CountedList(batch), _time).NowAsync(default);
        var view = JobsView.Of(sight, [Segment(0, 90, 10), Segment(1, 40, 20), Segment(1, 30, 5), Segment(7, 50, 1)], new(_time), 20, _time.GetUtcNow());

        var job = Assert.Single(Assert.Single(view.Batches).Jobs);
        Assert.Equal(("segments", 3, 1, 100 + 40L, 300L), (job.State, job.Segments, job.DoneSegments, job.DoneFrames, job.Frames));
        Assert.Equal((21.0, Math.Round(160 / 21.0)), (job.Fps, job.LeftSeconds));
    }

    [Fact]
    public async Task Videos_that_are_worked_on_and_those_that_failed_come_before_those_that_wait()
    {
        var batch = Batch("out", [.. Enumerable.Range(0, 50).Select(i => $"/in/v{i}.mp4")]);
        await batch.Store.WriteAsync(BatchNames.Failure(BatchNames.JobOf("/in/v40.mp4")), new JobFailure(ExitCode.InputUnusable, "It is no video.", null, null), default);

        var sight = await new BatchLook(new CountedList(batch), _time).NowAsync(default);
        var view = Assert.Single(JobsView.Of(sight, [new(WorkKind.Plan, batch.Name, BatchNames.JobOf("/in/v45.mp4"), null, 0, 0, _time.GetUtcNow())], new(_time), 5, _time.GetUtcNow()).Batches);

        Assert.Equal([("v45.mp4", "planning"), ("v40.mp4", "failed"), ("v0.mp4", "waiting"), ("v1.mp4", "waiting"), ("v2.mp4", "waiting")], view.Jobs.Select(j => (j.Name, j.State)));
        Assert.Equal((45, 48, 1), (view.Further, view.States["waiting"], view.States["planning"]));
    }

    private ListedBatch Batch(string name, params IReadOnlyList<string> inputs)
    {
        var spec = new BatchSpec
        {
            Pipeline = "/drives.yaml", PipelineSha256 = new('0', 64), Fingerprint = new('1', 64), WorkingFolder = "/", SegmentFrames = 100, Created = _time.GetUtcNow(),
            Inputs = inputs.Count > 0 ? inputs : ["/in/drive.mp4"],
        };
        return new(_folder[name], new FolderStore(_folder[name]), spec, "cpu", false);
    }

    private static async Task<JobPlan> PlanAsync(ListedBatch batch, IReadOnlyList<int> committed)
    {
        var plan = new JobPlan
        {
            Job = BatchNames.JobOf("/in/drive.mp4"), Input = "/in/drive.mp4", Size = 1000, Modified = DateTimeOffset.UnixEpoch, Sha256 = new('2', 64), Codec = "h264", Width = 16, Height = 16,
            TimeBase = new Rational(1, 25), Frames = 300, Seconds = 12, SegmentFrames = 100, Lead = 0, Tail = 0,
            Segments = [.. Enumerable.Range(0, 3).Select(i => new PlannedSegment(i, i * 100, (i * 100) + 99, (i + 1) * 100, i * 100, (i + 1) * 100, i * 100, 100))],
        };
        await batch.Store.WriteAsync(BatchNames.Plan(plan.Job), plan, default);
        foreach (var index in committed)
        {
            var result = Path.Combine(batch.Name, ".segpipe", "jobs", plan.Job, "seg", $"{index:00000}", plan.ConfigHash(batch.Spec.Fingerprint));
            Directory.CreateDirectory(result);
            await File.WriteAllTextAsync(Path.Combine(result, "out.json"), "{}");
        }
        return plan;
    }

    private sealed class CountedList(params ListedBatch[] batches) : IBatchList
    {
        public int Looks { get; private set; }

        public Action Takes { get; init; } = () => { };

        public IAsyncEnumerable<ListedBatch> BatchesAsync(CancellationToken cancel)
        {
            Looks++;
            Takes();
            return batches.ToAsyncEnumerable();
        }
    }
}
