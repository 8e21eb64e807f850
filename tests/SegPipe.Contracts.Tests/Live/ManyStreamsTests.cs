using SegPipe.Components;
using SegPipe.Runtime;
using SegPipe.Testing;
using Xunit.Abstractions;

namespace SegPipe.Contracts.Tests.Live;

/// <summary>Several cameras over one model: none of them touches another's pictures.</summary>
public sealed class ManyStreamsTests
{
    private const int Fps = 10, Ticks = 90_000 / Fps;
    private const string What = "160x80@10";

    private static readonly string[] Steady = ["a", "b", "c", "d", "e"];

    private readonly ITestOutputHelper _output;

    public ManyStreamsTests(ITestOutputHelper output)
    {
        Skip.If(RtspServer.WhyMissing is not null, RtspServer.WhyMissing);
        _output = output;
    }

    [SkippableFact]
    public async Task Three_of_eight_cameras_stall_crash_and_send_rubbish_and_the_other_five_deliver_every_picture_at_their_rate()
    {
        using var folder = new TemporaryFolder();
        using var server = RtspServer.Start([.. Steady.Append("stalls").Append("rubbish").SelectMany(name => (string[])["test", "/" + name, What])]);
        using var crashing = RtspServer.Start("test", "/crashes", What);
        using var stalling = new TcpProxy(server.Port);
        using var damaging = new TcpProxy(server.Port, seed: 11);
        await using var run = await LiveRun.StartAsync($$"""
            version: 1
            streams:
              {{string.Join("\n  ", Steady.Select(name => $"{name}: {{ url: \"{server.Url("/" + name)}\" }}"))}}
              stalls: { url: "rtsp://127.0.0.1:{{stalling.Port}}/stalls" }
              rubbish: { url: "rtsp://127.0.0.1:{{damaging.Port}}/rubbish" }
              crashes: { url: "{{crashing.Url("/crashes")}}" }
            models:
              tiny: { path: {{TinyModel.Write(folder["tiny.onnx"], TinyModel.Card())}}, threads: 1, batch: { max: 8, wait_ms: 2 } }
            sources:
              cam: { {{LiveRun.Camera("${stream.url}")}} }
            stages:
              picture: { type: decode, from: cam, threads: 1 }
              small: { type: resize, from: picture, model: tiny }
              logits: { type: infer, from: small, model: tiny, edge: { capacity: 16, when_full: wait } }
              labels: { type: vim_upsample, from: logits, like: picture }
            sinks:
              seen: { type: collect, from: labels, edge: wait }
            """);
        string[] troubled = ["stalls", "rubbish", "crashes"];
        foreach (var name in Steady.Concat(troubled)) await run.MoreAsync(5, stream: name);
        var before = Steady.ToDictionary(name => name, name => run.Frames(stream: name).Count);

        stalling.Silent = true;
        damaging.DamagedPerMillion = 5000;
        for (var times = 1; times <= 3; times++)
        {
            crashing.Kill();
            await run.UntilAsync(() => run.Status(stream: "crashes").Condition is { ErrorType: "refused" }, "a refusal");
            crashing.Restart("test", "/crashes", What);
            await run.MoreAsync(3, stream: "crashes");
        }
        await run.UntilAsync(() => run.Status(stream: "stalls").Errors.Any(e => e.Key.Type == "stall_timeout"), "the end of patience");
        await run.UntilAsync(() => Damage(run) >= 5, "trouble by rubbish");
        foreach (var name in Steady) await run.UntilAsync(() => run.Frames(stream: name).Count >= before[name] + 6 * Fps, $"six seconds of {name}");
        stalling.Silent = false;
        damaging.DamagedPerMillion = 0;
        damaging.Cut();
        foreach (var name in troubled) await run.MoreAsync(5, stream: name);
        var report = await run.StopAsync();

        Assert.Equal("stopped", report.Result);
        foreach (var name in Steady) IsWhole(run, report.Streams.Single(s => s.Id == name), before[name]);
    }

    [SkippableFact]
    public async Task A_fast_camera_does_not_starve_a_slow_one_at_a_model_that_is_too_slow_for_both()
    {
        using var server = RtspServer.Start("test", "/fast", "160x80@50", "test", "/slow", "160x80@4");
        await using var run = await LiveRun.StartAsync($$"""
            version: 1
            streams:
              fast: { url: "{{server.Url("/fast")}}" }
              slow: { url: "{{server.Url("/slow")}}" }
            models:
              street: { path: {{Home.Asset("street-tiny.onnx")}}, threads: 1, batch: { max: 2, wait_ms: 1 } }
            sources:
              cam: { {{LiveRun.Camera("${stream.url}")}} }
            stages:
              picture: { type: decode, from: cam, threads: 1 }
              small: { type: resize, from: picture, model: street }
              logits: { type: infer, from: small, model: street }
              labels: { type: vim_upsample, from: logits, like: picture }
            sinks:
              seen: { type: collect, from: labels, edge: wait }
            """);
        await run.MoreAsync(1, stream: "fast");
        await run.MoreAsync(1, stream: "slow");
        var (fast, slow) = (Into(run, "fast"), Into(run, "slow"));
        var (fastBefore, slowBefore, offeredBefore) = (fast.Taken, slow.Taken, slow.Offered);

        await run.UntilAsync(() => slow.Offered >= offeredBefore + 40, "ten seconds of the slow camera");
        var (fastTaken, slowTaken, offered) = (fast.Taken - fastBefore, slow.Taken - slowBefore, slow.Offered - offeredBefore);
        await run.StopAsync();

        _output.WriteLine($"fast: {fastTaken} taken, {fast.DroppedFull} dropped; slow: {slowTaken} of {offered} taken");
        Assert.True(fast.DroppedFull > 0);
        // Turns are taken: the slow camera gets what it asks for, or about as much as the fast one; it misses a turn where its picture comes a moment late.
        Assert.True(slowTaken >= 0.5 * Math.Min(offered, fastTaken), $"{slowTaken} of {offered}, while the fast camera got {fastTaken}");
    }

    private static long Damage(LiveRun run)
    {
        var stream = run.Streams.Single(s => s.Id == "rubbish");
        return stream.Components.Sum(c => c.Status.Errors.Sum(e => e.Value) + c.Counters.Lost);
    }

    private static Edge Into(LiveRun run, string stream) => run.Streams.Single(s => s.Id == stream).Edges.Single(e => e.To == "logits");

    private void IsWhole(LiveRun run, StreamReport stream, int before)
    {
        var frames = run.Frames(stream: stream.Id);
        var ages = frames.Skip(before).Select(f => f.Age.TotalMilliseconds).Order().ToList();
        _output.WriteLine($"{stream.Id}: {frames.Count} frames, age p50 {ages[ages.Count / 2]:0} ms, p99 {ages[(int)(ages.Count * 0.99)]:0} ms while others were in trouble");
        Assert.Equal((0, 0), (run.Status(stream: stream.Id).Restarts, run.Status(stream: stream.Id).Gaps));
        Assert.All(stream.Edges, e => Assert.Equal(0, e.DroppedFull + e.DroppedStale + e.DroppedKeyframe));
        Assert.All(stream.Components, c => Assert.Equal(0, c.Lost));
        Assert.Equal(Enumerable.Range(0, frames.Count).Select(i => (long)i), frames.Select(f => f.Header.Sequence));
        Assert.All(frames.Skip(before).Zip(frames.Skip(before + 1)), pair => Assert.InRange(pair.Second.Header.Pts - pair.First.Header.Pts, Ticks - 90, Ticks + 90));
        // What waits for a stalled neighbour would be as old as the stall.
        Assert.True(ages[ages.Count / 2] < 5 * 1000.0 / Fps);
    }
}
