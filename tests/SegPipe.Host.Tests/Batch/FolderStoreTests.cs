using SegPipe.Host.Batch;
using SegPipe.Host.Batch.Storage;
using SegPipe.Parts;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Batch;

public sealed class FolderStoreTests : IDisposable
{
    private static readonly SegmentWork Work = new("drive-1a2b3c4d", 12, "0123456789abcdef");

    private readonly TemporaryFolder _folder = new();
    private readonly FolderStore _store;

    public FolderStoreTests() => _store = new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Of_many_that_finish_a_segment_the_first_one_counts()
    {
        var finished = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var staged = await _store.StageAsync(Work, $"worker-{i}", 1, default);
            await File.WriteAllTextAsync(Path.Combine(staged, "file.nut"), $"of {i}");
            return (Worker: i, First: await _store.CommitAsync(Work, staged, Outcome($"worker-{i}"), default));
        })));

        var winner = finished.Single(f => f.First).Worker;
        Assert.Equal($"worker-{winner}", (await _store.OutcomeAsync(Work, default))!.Worker);
        Assert.Equal($"of {winner}", File.ReadAllText(Path.Combine(await _store.PiecesAsync(Work, default), "file.nut")));
        Assert.Empty(Directory.GetDirectories(_folder.Path, "*.tmp-*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_was_not_committed_is_no_result_and_is_swept_away()
    {
        var staged = await _store.StageAsync(Work, "worker-1", 1, default);
        File.WriteAllText(Path.Combine(staged, "out.json"), BatchJson.Write(Outcome("worker-1")));

        Assert.Empty(await _store.CommittedAsync(Work.Job, Work.ConfigHash, default));
        Assert.Null(await _store.OutcomeAsync(Work, default));
        var probe = _folder[$".segpipe-{Guid.NewGuid():N}"];
        File.WriteAllText(probe, "");
        _store.Sweep();

        Assert.False(Directory.Exists(staged));
        Assert.False(File.Exists(probe));
        Assert.True(Directory.Exists(_folder[".segpipe"]));
    }

    [Fact]
    public void What_was_half_written_within_what_was_half_written_is_swept_away_with_it()
    {
        var half = _folder[".segpipe/jobs/a/seg/00000/hash.tmp-w-1"];
        Directory.CreateDirectory(half);
        File.WriteAllText(Path.Combine(half, "out.json.tmp-w-2"), "{");

        new FolderStore(_folder.Path).Sweep();

        Assert.False(Directory.Exists(half));
    }

    [Fact]
    public async Task Results_of_another_configuration_are_none()
    {
        await _store.CommitAsync(Work, await _store.StageAsync(Work, "worker-1", 1, default), Outcome("worker-1"), default);

        Assert.Equal([12], await _store.CommittedAsync(Work.Job, Work.ConfigHash, default));
        Assert.Empty(await _store.CommittedAsync(Work.Job, "fedcba9876543210", default));
    }

    [Fact]
    public async Task Document_that_is_no_document_is_told_by_its_path()
    {
        await _store.WriteAsync(BatchNames.Plan("job"), Work, default);
        var path = Directory.GetFiles(_folder.Path, "plan.json", SearchOption.AllDirectories).Single();
        File.WriteAllText(path, "{");

        var refused = await Assert.ThrowsAsync<SegPipeException>(() => _store.ReadAsync<SegmentWork>(BatchNames.Plan("job"), default));

        Assert.Equal(ExitCode.InputUnusable, refused.Code);
        Assert.StartsWith($"{path} cannot be understood: ", refused.Message, StringComparison.Ordinal);
    }

    private static SegmentOutcome Outcome(string worker) => new()
    {
        Result = new PartResult { Pictures = 1, Lost = 0, NotShown = 0, Outputs = [] },
        Sha256 = "",
        Worker = worker,
        Attempt = 1,
        Seconds = 0,
        Finished = DateTimeOffset.UnixEpoch,
    };
}
