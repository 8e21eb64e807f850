using System.Security.Cryptography;
using SegPipe.Host.Batch;
using SegPipe.Host.Batch.Storage;
using SegPipe.Host.Batch.Storage.S3;
using SegPipe.Parts;
using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

public sealed class S3StoreTests(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    private static readonly SegmentWork Work = new("drive", 12, "0123456789abcdef");

    [SkippableFact]
    public async Task The_first_of_two_that_finish_a_segment_has_its_result_and_the_other_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        using var objects = await fixture.OpenAsync();
        var place = new S3Location(await fixture.AddBucketAsync(), "out");
        var (first, second, third) = (Open("first"), Open("second"), Open("third"));
        S3Store Open(string worker) => new(objects, place, new(objects, folder["inputs"]), folder[worker]);

        Assert.Empty(await first.CommittedAsync(Work.Job, Work.ConfigHash, default));
        var (won, same, other) = (await CommitAsync(first, "one", "picture"), await CommitAsync(second, "two", "picture"), await CommitAsync(third, "three", "another"));

        Assert.Equal((true, false, false), (won, same, other));
        Assert.Equal("one", (await third.OutcomeAsync(Work, default))!.Worker);
        Assert.Equal([12], await second.CommittedAsync(Work.Job, Work.ConfigHash, default));
        Assert.Equal("picture", File.ReadAllText(Path.Combine(await third.PiecesAsync(Work, default), "video.nut")));
        Assert.Null((await third.OutcomeAsync(Work, default))!.DamageIn(await second.PiecesAsync(Work, default)));
        await second.RemoveSegmentsAsync(Work.Job, default);
        Assert.Empty(await objects.ListAsync(place.Bucket, "", default));
    }

    [SkippableFact]
    public async Task Who_has_finished_a_video_first_has_finished_it()
    {
        using var folder = new TemporaryFolder();
        using var objects = await fixture.OpenAsync();
        var place = new S3Location(await fixture.AddBucketAsync(), "out");
        var (first, second) = (new S3Store(objects, place, new(objects, folder["inputs"]), folder["a"]), new S3Store(objects, place, new(objects, folder["inputs"]), folder["b"]));
        JobDone Done(S3Store store, string text)
        {
            Directory.CreateDirectory(Path.Combine(store.OutputFolder, "masks"));
            foreach (var name in (string[])["film.mp4", "masks/1.png", "masks/2.png"]) File.WriteAllText(Path.Combine(store.OutputFolder, name), text);
            return new() { ConfigHash = Work.ConfigHash, Frames = 1, Lost = 0, Seconds = 1, Finished = default, Outputs = [.. new[] { "film.mp4", "masks" }.Select(n => JobOutput.Of(store.OutputFolder, Path.Combine(store.OutputFolder, n)))] };
        }

        var done = Done(first, "one");
        Assert.False(await first.HoldsAsync(done.Outputs, default));
        await first.FinishAsync("drive", done, default);
        await second.FinishAsync("drive", Done(second, "two"), default);

        Assert.True(await second.HoldsAsync((await second.ReadAsync<JobDone>(BatchNames.Done("drive"), default))!.Outputs, default));
        Assert.Equal("one", await objects.ReadAsync(place.Bucket, "out/masks/2.png", default));
        await Assert.ThrowsAsync<SegPipeException>(() => second.RemoveHalfAsync("masks", "before", default));
        foreach (var output in done.Outputs) await second.RemoveOutputAsync(output, "before", default);
        Assert.Equal(["out/.segpipe/jobs/drive/done.json"], (await objects.ListAsync(place.Bucket, "", default)).Select(o => o.Key));
    }

    [SkippableFact]
    public async Task Claims_are_seen_by_others_until_they_end()
    {
        using var folder = new TemporaryFolder();
        using var objects = await fixture.OpenAsync();
        var store = new S3Store(objects, new(await fixture.AddBucketAsync(), ""), new(objects, folder["inputs"]), folder["scratch"]);

        using (store.Claim("drive", -1, "worker", TimeProvider.System))
        using (store.Claim("drive", 3, "worker", TimeProvider.System))
            await Patiently.UntilAsync(() => store.ClaimedAsync("drive", default).Result.SetEquals([-1, 3]), "both claims are there");

        await Patiently.UntilAsync(() => store.ClaimedAsync("drive", default).Result.Count == 0, "none is there");
        using (await store.ShareJoinAsync("drive", TimeProvider.System, default))
            await Assert.ThrowsAsync<JoinHeldException>(() => store.ShareJoinAsync("drive", TimeProvider.System, default));
    }

    [SkippableFact]
    public async Task A_large_file_goes_up_in_parts_and_comes_back_once_for_all_who_use_it_until_it_changes()
    {
        using var folder = new TemporaryFolder();
        using var objects = await fixture.OpenAsync();
        var bucket = await fixture.AddBucketAsync();
        var bytes = new byte[(16 << 20) + 12345];
        new Random(7).NextBytes(bytes);
        File.WriteAllBytes(folder["large"], bytes);
        await objects.StoreAsync(folder["large"], bucket, "in/ä b+c.mp4", default);
        var store = new S3Store(objects, new(bucket, "out"), new(objects, folder["inputs"]), folder["scratch"]);
        var name = $"s3://{bucket}/in/ä b+c.mp4";

        var before = objects.Moved;
        using var one = await store.InputAsync(name, default);
        using var two = await store.InputAsync(name, default);

        Assert.Equal((one.Path, bytes.Length), (two.Path, objects.Moved - before));
        Assert.Equal("ä b+c.mp4", Path.GetFileName(one.Path));
        Assert.Equal((Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length), (one.Sha256, (await store.StampAsync(name, default))!.Bytes));
        File.WriteAllText(folder["small"], "changed");
        await objects.StoreAsync(folder["small"], bucket, "in/ä b+c.mp4", default);
        using var three = await store.InputAsync(name, default);
        Assert.Equal(("changed", bytes.Length), (File.ReadAllText(three.Path), new FileInfo(one.Path).Length));
        Assert.Null(await store.StampAsync($"s3://{bucket}/in/none.mp4", default));
        Assert.Equal(ExitCode.InputMissing, (await Assert.ThrowsAsync<SegPipeException>(() => store.InputAsync($"s3://{bucket}/in/none.mp4", default))).Code);
    }

    [SkippableFact]
    public async Task What_is_wrong_with_a_storage_is_told_by_its_kind()
    {
        var bucket = await fixture.AddBucketAsync();
        using var right = await fixture.OpenAsync();
        using var wrong = await fixture.OpenAsync("not the secret");
        using var nowhere = new S3Objects(S3Settings.For($"http://127.0.0.1:{FreePort.Find()}", null), new Amazon.Runtime.BasicAWSCredentials("user", "hidden"));

        var refused = await Assert.ThrowsAsync<SegPipeException>(() => wrong.RequireAsync(new(bucket, ""), default));
        var missing = await Assert.ThrowsAsync<SegPipeException>(() => right.RequireAsync(new("no-such-bucket", ""), default));
        var silent = await Assert.ThrowsAsync<SegPipeException>(() => nowhere.RequireAsync(new(bucket, ""), default));

        Assert.Equal((ExitCode.Unavailable, ExitCode.InputMissing, ExitCode.Unavailable), (refused.Code, missing.Code, silent.Code));
        Assert.Contains("refuses access", refused.Message, StringComparison.Ordinal);
        Assert.Contains("does not answer", silent.Message, StringComparison.Ordinal);
        foreach (var message in (string[])[refused.Message, missing.Message, silent.Message]) Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_killed_worker_has_left_is_removed_and_what_a_living_one_uses_stays()
    {
        using var folder = new TemporaryFolder();
        using var living = new ScratchFolder(folder["cache"]);
        Directory.CreateDirectory(folder[$"cache/segpipe-{new string('a', 32)}/inputs"]);
        File.WriteAllText(folder[$"cache/segpipe-{new string('a', 32)}/lock"], "");

        string second;
        using (var other = new ScratchFolder(folder["cache"]))
        {
            second = other.FullPath;
            Assert.Equal(new[] { living.FullPath, second }.Order(), Directory.GetDirectories(folder["cache"]).Order());
        }

        Assert.Equal([living.FullPath], Directory.GetDirectories(folder["cache"]));
    }

    [Theory]
    [InlineData("s3://bucket", "s3://bucket")]
    [InlineData("s3://bucket/a/b/", "s3://bucket/a/b")]
    [InlineData("s3://bucket/a/../b", null)]
    [InlineData("s3://bucket//b", null)]
    [InlineData("s3://Bucket/b", null)]
    [InlineData("s3:///b", null)]
    [InlineData("s3://user:pass@bucket/b", null)]
    public void A_place_is_a_bucket_and_names_without_steps_upwards(string text, string? place) => Assert.Equal(place, S3Location.TryParse(text)?.ToString());

    [Theory]
    [InlineData("s3://bucket/data", true)]
    [InlineData("s3://bucket/data/deep/er", true)]
    [InlineData("s3://bucket/database", false)]
    [InlineData("s3://other/data", false)]
    [InlineData("s3://bucket/data/../secret", false)]
    [InlineData("s3://bucket", false)]
    [InlineData("/data", false)]
    public void What_lies_below_an_allowed_place_is_allowed(string place, bool allowed) => Assert.Equal(allowed, new AllowedRoots(["s3://bucket/data"]).Allows(place));

    private static async Task<bool> CommitAsync(S3Store store, string worker, string content)
    {
        var staged = await store.StageAsync(Work, worker, 1, default);
        var path = Path.Combine(staged, "video.nut");
        File.WriteAllText(path, content);
        var piece = StoredFile.Of(staged, path);
        var committed = await store.CommitAsync(Work, staged, new()
        {
            Result = new() { Pictures = 1, Lost = 0, NotShown = 0, Outputs = [new("video", 1, [new(piece.Name, piece.Bytes, piece.Sha256)])] },
            Sha256 = StoredFile.Sum([piece]),
            Worker = worker,
            Attempt = 1,
            Seconds = 1,
            Finished = default,
        }, default);
        Assert.False(Directory.Exists(staged));
        return committed;
    }
}
