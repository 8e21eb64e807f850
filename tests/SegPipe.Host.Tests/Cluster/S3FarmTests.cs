using SegPipe.Host.Batch.Storage.S3;
using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

/// <summary>Workers as processes that have nothing in common but the broker and S3.</summary>
[Collection(FarmCollection.Name)]
public sealed class S3FarmTests(BrokerFixture broker, S3Fixture storage) : IClassFixture<S3Fixture>
{
    [SkippableFact]
    public async Task Videos_in_S3_are_made_by_workers_of_which_one_is_killed_and_what_they_may_not_touch_is_a_dead_letter()
    {
        await using var farm = await S3Farm.StartAsync(broker, storage);
        await farm.AddVideoAsync("first", 125);
        await farm.AddVideoAsync("second", 50);
        await farm.RunAloneAsync();
        var forbidden = $"s3://{await storage.AddBucketAsync()}/out";
        var survivor = farm.AddWorker();
        var victim = farm.AddWorker();
        Assert.Contains("submitted 2 of 2", (await farm.SubmitAsync()).Error, StringComparison.Ordinal);

        await farm.SubmitAsync(forbidden);

        await Patiently.UntilAsync(() => farm.ClaimedBy(victim), "a segment is in work", farm.Said);
        await farm.KillAsync(victim);
        await Patiently.UntilAsync(() => farm.Finished() == 2, "both videos are finished", farm.Said);

        Assert.Equal([], await farm.FaultsAsync());
        await Patiently.UntilAsync(() => farm.Leftovers() == 0, "the segments are removed", farm.Said);
        var status = (await farm.RunAsync("batch", "status", farm.Out)).Expect(ExitCode.Done);
        Assert.Contains("2 of 2", status.Out, StringComparison.Ordinal);
        Assert.Contains("\"done\": 2", (await farm.RunAsync("batch", "report", farm.Out)).Expect(ExitCode.Done).Out, StringComparison.Ordinal);
        Assert.Contains("submitted 0 of 2", (await farm.SubmitAsync()).Error, StringComparison.Ordinal);
        await survivor.SaysAsync("is a dead letter");
        Assert.Contains($"{forbidden} lies below nothing that this worker may touch", survivor.Said, StringComparison.Ordinal);
        (await farm.EndAsync()).Expect(ExitCode.Done);
        // The next worker removes it.
        Assert.Single(Directory.GetDirectories(farm["cache"]));
        Assert.DoesNotContain(farm.Secret, farm.Said() + status.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_the_environment_says_wrong_about_S3_is_told_in_one_line_without_secrets()
    {
        await using var farm = await S3Farm.StartAsync(broker, storage);

        (await farm.RunAsync("batch", "status", "s3://no-such-bucket/out")).Fails(ExitCode.InputMissing, "no bucket");
        (await farm.RunAsync("batch", "run", "copy.yaml", "in", "--out", farm.Out)).Fails(ExitCode.Usage, "no folder of this machine");
        (await farm.RunAsync("submit", "copy.yaml", farm.In, "--out", "out")).Fails(ExitCode.Usage, "Videos in S3 need outputs in S3");
        var refused = await farm.RunWithAsync(("AWS_SECRET_ACCESS_KEY", "not-the-secret"), "worker", "--allow", farm.Out);
        refused.Fails(ExitCode.Unavailable, "refuses access");
        Assert.DoesNotContain("not-the-secret", refused.Error, StringComparison.Ordinal);
        (await farm.RunWithAsync(("AWS_ENDPOINT_URL_S3", $"http://127.0.0.1:{FreePort.Find()}"), "worker", "--allow", farm.Out)).Fails(ExitCode.Unavailable, "does not answer");
        Assert.Equal(ExitCode.Usage, Assert.Throws<SegPipeException>(() => S3Settings.For("http://user:password@host", null)).Code);
    }
}
