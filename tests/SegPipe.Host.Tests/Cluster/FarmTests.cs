using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

/// <summary>The program as its users run it: workers as processes, killed, stopped, restarted.</summary>
[Collection(FarmCollection.Name)]
public sealed class FarmTests(BrokerFixture fixture)
{
    [SkippableFact]
    public async Task Workers_that_are_killed_at_random_moments_lose_and_double_nothing()
    {
        const int Kills = 4;
        var (seed, random) = (Environment.TickCount & 0xffff, default(Random)!);
        random = new(seed);
        using var farm = new ClusterFarm(fixture.Broker);
        farm.AddVideo("first", 375);
        farm.AddVideo("second", 130);
        await farm.RunAloneAsync();
        await farm.SubmitAsync();
        farm.AddWorker();
        farm.AddWorker();

        for (var i = 0; i < Kills && farm.Ended() < 2; i++)
        {
            var (committed, more) = (farm.Committed(), random.Next(1, 4));
            await Patiently.UntilAsync(() => farm.Committed() >= committed + more || farm.Ended() > 0, "segments are committed", farm.Said);
            await farm.KillAsync(farm.Workers[0]);
            farm.AddWorker();
        }
        await farm.DoneAsync();

        Assert.True(farm.Faults().Count == 0, $"seed {seed}: {string.Join(", ", farm.Faults())}\n{farm.Said()}");
        await Patiently.UntilAsync(farm.IsEmpty, "the queues are empty", farm.Said);
        await EndAsync(farm);
        Assert.DoesNotContain(fixture.Broker.Password, farm.Said(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_worker_that_hangs_and_wakes_up_changes_nothing()
    {
        using var farm = new ClusterFarm(fixture.Broker);
        farm.AddVideo("only", 250);
        await farm.RunAloneAsync();
        var sleeper = farm.AddWorker();
        await farm.SubmitAsync();
        await Patiently.UntilAsync(() => farm.ClaimedBy(sleeper).Count > 0, "a segment is in work", farm.Said);

        ClusterFarm.Freeze(sleeper);
        farm.AddWorker();
        await farm.DoneAsync();
        ClusterFarm.Thaw(sleeper);
        await sleeper.SaysAsync("again");

        Assert.Empty(farm.Faults());
        await Patiently.UntilAsync(farm.IsEmpty, "the queues are empty", farm.Said);
        await EndAsync(farm);
    }

    [SkippableFact]
    public async Task A_video_that_somebody_else_joins_waits_until_that_one_lets_go()
    {
        using var farm = new ClusterFarm(fixture.Broker);
        farm.AddVideo("only", 250);
        await farm.RunAloneAsync();
        var worker = farm.AddWorker();
        await farm.SubmitAsync();
        await worker.SaysAsync("is planned");

        using (new FileStream(Path.Combine(Directory.GetDirectories(Path.Combine(farm.Out, ".segpipe/jobs")).Single(), "join.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
            await worker.SaysAsync("is being joined by another worker");
        await farm.DoneAsync();

        Assert.Empty(farm.Faults());
        Assert.DoesNotContain("tried again", worker.Said, StringComparison.Ordinal);
        await Patiently.UntilAsync(farm.IsEmpty, "the queues are empty", farm.Said);
        await EndAsync(farm);
    }

    [SkippableFact]
    public async Task The_death_of_the_broker_and_its_alarm_cost_time_only()
    {
        using var farm = new ClusterFarm(fixture.Broker);
        farm.AddVideo("first", 200);
        farm.AddVideo("second", 150);
        await farm.RunAloneAsync();
        farm.AddWorker();
        farm.AddWorker();
        await farm.SubmitAsync();
        await Patiently.UntilAsync(() => farm.Committed() > 0, "a segment is committed", farm.Said);

        fixture.Broker.Kill();
        await fixture.Broker.RestartAsync();
        await Patiently.UntilAsync(() => farm.Workers.All(w => w.Said.Contains("connected to the broker", StringComparison.Ordinal)), "both have a broker again", farm.Said);
        fixture.Broker.SetDiskFreeLimit("1000000GB");
        await Patiently.UntilAsync(() => farm.Workers.Any(w => w.Said.Contains("takes no messages", StringComparison.Ordinal)) || farm.Ended() == 2, "publishers wait", farm.Said);
        fixture.Broker.SetDiskFreeLimit("10MB");

        await farm.DoneAsync();
        Assert.Empty(farm.Faults());
        await Patiently.UntilAsync(farm.IsEmpty, "the queues are empty", farm.Said);
        await EndAsync(farm);
    }

    [SkippableFact]
    public async Task A_broken_video_is_told_and_the_others_are_made()
    {
        using var farm = new ClusterFarm(fixture.Broker);
        farm.AddVideo("whole", 50);
        File.WriteAllText(farm["in/broken.mp4"], "no video");
        farm.AddWorker();
        await farm.SubmitAsync();

        await farm.DoneAsync();

        var status = await ProgramChild.RunAsync(farm.Out, "batch", "status", ".");
        Assert.Contains("broken.mp4", status.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(farm.Out, "whole.mp4")));
        await EndAsync(farm);
    }

    [SkippableFact]
    public async Task A_video_one_of_whose_segments_lacks_its_key_picture_is_made_in_one_piece()
    {
        using var farm = new ClusterFarm(fixture.Broker);
        var video = File.ReadAllBytes(NumberedVideo.Write(farm["in/again.ts"], 100));
        // A slice of a key picture that names a picture parameter set beyond all that may be: none can be decoded without it.
        ReadOnlySpan<byte> slice = [0, 0, 1, 0x65], stranger = [0xC0, 0x25, 0xA0];
        var at = 0;
        for (var key = 0; key < 3; key++) at += video.AsSpan(at).IndexOf(slice) + slice.Length;
        stranger.CopyTo(video.AsSpan(at));
        File.WriteAllBytes(farm["in/again.ts"], video);
        await farm.RunAloneAsync();
        farm.AddWorker();
        await farm.SubmitAsync();

        await farm.DoneAsync();

        Assert.Contains("again", Assert.Single(farm.Workers).Said.Split('\n').Single(line => line.Contains("is made in one piece", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(Path.Combine(farm.Undisturbed, "again.md5")), File.ReadAllText(Path.Combine(farm.Out, "again.md5")));
        await EndAsync(farm);
    }

    [SkippableFact]
    public async Task What_came_with_the_program_is_allowed_and_a_palette_from_elsewhere_is_not()
    {
        using var farm = new ClusterFarm(fixture.Broker);
        farm.AddVideo("only", 25);
        string Pipeline(string name, string palette)
        {
            File.WriteAllText(farm[name], $$"""
                version: 1
                models: { street: { path: street-tiny } }
                sources: { drive: { type: video_file, path: "${input.path}" } }
                stages:
                  picture: { type: decode, from: drive }
                  small: { type: resize, from: picture, model: street }
                  logits: { type: infer, from: small, model: street }
                  labels: { type: vim_upsample, from: logits, like: picture }
                  overlay: { type: colorize, from: [picture, labels], palette: {{palette}} }
                  video: { type: encode, from: overlay }
                sinks: { file: { type: video_file, from: video, path: "${output.dir}/${input.stem}.mp4" } }
                """);
            return name;
        }
        using var elsewhere = new TemporaryFolder();
        File.Copy(Home.Asset("palettes", "cityscapes.json"), elsewhere["p.json"]);
        farm.AddWorker();

        (await Cli(farm, "submit", Pipeline("named.yaml", "cityscapes"), "in", "--out", "named")).Expect(ExitCode.Done);
        await Patiently.UntilAsync(() => File.Exists(farm["named/only.mp4"]), "the video is made", farm.Said);
        (await Cli(farm, "submit", Pipeline("filed.yaml", elsewhere["p.json"]), "in", "--out", "filed")).Expect(ExitCode.Done);
        await Patiently.UntilAsync(() => farm.Said().Contains($"{elsewhere["p.json"]} lies below nothing that this worker may touch", StringComparison.Ordinal), "it is refused", farm.Said);

        Assert.False(File.Exists(farm["filed/only.mp4"]));
        await EndAsync(farm);
    }

    [SkippableFact]
    public async Task What_is_done_is_not_done_again_and_another_worker_may_not_touch_what_it_is_not_allowed_to()
    {
        using var farm = new ClusterFarm(fixture.Broker);
        farm.AddVideo("only", 50);
        farm.AddWorker("--slots", "2");
        await farm.SubmitAsync();
        await farm.DoneAsync();
        await EndAsync(farm);

        using var again = new ProgramChild(farm[""], farm.Environment, "submit", "copy.yaml", "in", "--out", "out", "--segment-frames", "25");
        var result = await again.EndAsync();

        Assert.Contains("submitted 0 of 1 videos", result.Error, StringComparison.Ordinal);
        (await Cli(farm, "dead", "list")).Expect(ExitCode.Done);
        (await Cli(farm, "dead", "show", "nothing")).Fails(ExitCode.InputMissing, "no dead letter nothing");
        (await Cli(farm, "dead", "requeue")).Fails(ExitCode.Usage, "Which dead letters");
        (await Cli(farm, "worker", "--allow", "/nowhere")).Fails(ExitCode.InputMissing, "/nowhere");
        (await Cli(farm, "worker")).Fails(ExitCode.Usage, "No folder is allowed");
        (await Cli(farm, "submit", "copy.yaml", "in", "--out", "ftp://host/out")).Fails(ExitCode.Usage, "cannot go to ftp://host");
    }

    [SkippableFact]
    public async Task A_worker_shows_its_metrics_in_a_form_that_Prometheus_accepts_and_is_ready_while_it_has_a_broker()
    {
        using var farm = new ClusterFarm(fixture.Broker);
        farm.AddVideo("only", 50);
        var worker = farm.AddWorker("--http", "127.0.0.1:0");
        var url = new Uri((await worker.SaysAsync("serving jobs and workers at")).Split(" at ")[1]);
        await worker.SaysAsync("takes 1 segments");
        await farm.SubmitAsync();
        await farm.DoneAsync();
        using var client = new HttpClient();

        var text = await client.GetStringAsync(new Uri(url, "/metrics"));

        Assert.Contains("segpipe_segments_total{job_class=\"cpu\",result=\"ok\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("segpipe_broker_connected 1\n", text, StringComparison.Ordinal);
        Assert.Contains("segpipe_segment_duration_seconds_count{job_class=\"cpu\"} 2\n", text, StringComparison.Ordinal);
        Assert.Equal("ok", (await client.GetStringAsync(new Uri(url, "/readyz"))).Trim());
        Assert.Equal("ok", (await client.GetStringAsync(new Uri(url, "/livez"))).Trim());
        if (PrometheusServer.IsInstalled)
        {
            File.WriteAllText(farm["metrics"], text);
            Tool.Run("/bin/sh", "-c", $"promtool check metrics < '{farm["metrics"]}'");
        }
        await EndAsync(farm);
    }

    private static async Task<CliResult> Cli(ClusterFarm farm, params string[] arguments)
    {
        using var child = new ProgramChild(farm[""], farm.Environment, arguments);
        return await child.EndAsync();
    }

    private static async Task EndAsync(ClusterFarm farm)
    {
        foreach (var worker in farm.Workers.ToList()) (await farm.EndAsync(worker)).Expect(ExitCode.Done);
    }
}
