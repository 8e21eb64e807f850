using SegPipe.Host.Batch.Storage.S3;
using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

/// <summary>Workers as processes that have nothing in common but the broker and S3.</summary>
[Collection(BrokerCollection.Name)]
public sealed class S3FarmTests(BrokerFixture broker, S3Fixture storage)
{
    [SkippableFact]
    public async Task Videos_in_S3_are_made_by_workers_of_which_one_is_killed_and_every_picture_is_there()
    {
        await using var farm = await S3Farm.StartAsync(broker, storage);
        await farm.AddVideoAsync("first", 200);
        await farm.AddVideoAsync("second", 75);
        await farm.RunAloneAsync();
        farm.AddWorker();
        var victim = farm.AddWorker();
        Assert.Contains("submitted 2 of 2", (await farm.SubmitAsync()).Error, StringComparison.Ordinal);

        await Patiently.UntilAsync(() => farm.ClaimedBy(victim), "a segment is in work", farm.Said);
        await farm.KillAsync(victim);
        await Patiently.UntilAsync(() => farm.Finished() == 2, "both videos are finished", farm.Said);

        Assert.Equal([], await farm.FaultsAsync());
        Assert.DoesNotContain(await farm.Objects.ListAsync(farm.Bucket, "out/.segpipe/jobs/", default), o => o.Key.Contains("/seg/", StringComparison.Ordinal) || o.Key.Contains("/commits/", StringComparison.Ordinal));
        var status = (await farm.RunAsync("batch", "status", farm.Out)).Expect(ExitCode.Done);
        Assert.Contains("2 of 2", status.Out, StringComparison.Ordinal);
        Assert.Contains("\"done\": 2", (await farm.RunAsync("batch", "report", farm.Out)).Expect(ExitCode.Done).Out, StringComparison.Ordinal);
        Assert.Contains("submitted 0 of 2", (await farm.SubmitAsync()).Error, StringComparison.Ordinal);
        (await farm.EndAsync()).Expect(ExitCode.Done);
        Assert.Empty(Directory.GetFileSystemEntries(farm["cache"]));
        Assert.DoesNotContain(farm.Secret, farm.Said() + status.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_worker_touches_nothing_in_S3_that_it_is_not_allowed_to()
    {
        await using var farm = await S3Farm.StartAsync(broker, storage);
        await farm.AddVideoAsync("only", 25);
        var worker = farm.AddWorker($"s3://{farm.Bucket}/elsewhere");
        await farm.SubmitAsync();

        await worker.SaysAsync("is a dead letter");

        Assert.Contains($"{farm.Out} lies below nothing that this worker may touch", worker.Said, StringComparison.Ordinal);
        Assert.DoesNotContain(await farm.Objects.ListAsync(farm.Bucket, "out/", default), o => o.Key.Contains("/jobs/", StringComparison.Ordinal));
        (await farm.EndAsync()).Expect(ExitCode.Done);
    }

    [SkippableFact]
    public async Task What_the_environment_says_wrong_about_S3_is_told_in_one_line_without_secrets()
    {
        await using var farm = await S3Farm.StartAsync(broker, storage);

        (await farm.RunAsync("batch", "status", "s3://no-such-bucket/out")).Fails(ExitCode.InputMissing, "no bucket");
        (await farm.RunAsync("batch", "status", farm.Out)).Fails(ExitCode.InputMissing, $"no batch in {farm.Out}");
        (await farm.RunAsync("batch", "run", "copy.yaml", "in", "--out", farm.Out)).Fails(ExitCode.Usage, "no folder of this machine");
        (await farm.RunAsync("submit", "copy.yaml", farm.In, "--out", "out")).Fails(ExitCode.Usage, "Videos in S3 need outputs in S3");
        var refused = await farm.RunWithAsync(("AWS_SECRET_ACCESS_KEY", "not-the-secret"), "worker", "--allow", farm.Out);
        refused.Fails(ExitCode.Unavailable, "refuses access");
        Assert.DoesNotContain("not-the-secret", refused.Error, StringComparison.Ordinal);
        (await farm.RunWithAsync(("AWS_ENDPOINT_URL_S3", $"http://127.0.0.1:{FreePort.Find()}"), "worker", "--allow", farm.Out)).Fails(ExitCode.Unavailable, "does not answer");
        (await farm.RunWithAsync(("AWS_ENDPOINT_URL_S3", "http://user:password@host"), "worker", "--allow", farm.Out)).Fails(ExitCode.Usage, "AWS_ENDPOINT_URL_S3");
    }
}
