using Microsoft.Playwright;
using SegPipe.Host.Cluster;
using SegPipe.Host.Tests.Http;
using SegPipe.Testing;

namespace SegPipe.Dashboard.Tests;

/// <summary>The page of jobs and workers, as somebody sees it who submits videos and loses a worker and the broker.</summary>
[Collection(BrowserTests.Name)]
public sealed class JobsTests(Browser browser, BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private const int Terminate = 15;

    [SkippableFact]
    public async Task A_job_becomes_done_a_broken_video_tells_why_and_a_worker_that_is_killed_becomes_silent()
    {
        Skip.IfNot(Browser.WhyMissing is null, Browser.WhyMissing);
        using var proxy = new TcpProxy(brokers.Broker.Port);
        using var farm = new ClusterFarm(brokers.Broker, proxy.Port);
        farm.AddVideo("drive <b>one", 100);
        File.WriteAllText(farm["in/broken.mp4"], "no video");
        using var watched = await ServedRun.OfAsync(farm.AddWorker("--http", "127.0.0.1:0"));
        await using var it = await browser.OpenAsync(watched.Url);

        await it.UntilAsync("document.querySelector('.nothing .first')?.checkVisibility() && document.querySelector('.nothing .first').textContent === 'There are no jobs yet.'");
        var second = farm.AddWorker("--slots", "3", "--class", "gpu");
        await it.UntilAsync("document.querySelectorAll('.workers tbody tr').length === 2");
        await it.UntilAsync("document.querySelector('.workers').textContent.includes('gpu0 / 3')");
        await farm.KillAsync(second);
        await farm.SubmitAsync();

        await it.UntilAsync($"{Row("drive")}?.querySelector('.word').textContent === 'Done' && {Row("drive")}.querySelector('.name').textContent === 'drive <b>one.mp4'");
        await it.UntilAsync($"{Row("broken")}?.querySelector('.word').textContent === 'Failed' && {Row("broken")}.querySelector('.reason').textContent.length > 10");
        await it.UntilAsync("document.querySelector('.events').textContent.includes('drive <b>one.mp4 is done') && document.querySelector('.events').textContent.includes('broken.mp4 is given up: ')");
        Assert.Equal("1 of 2 videos · 1 given up", await it.Page.Locator(".sum").TextContentAsync());
        await it.UntilAsync("/^Silent for \\d+ s$/.test(document.querySelector('tr[data-silent] .word')?.textContent) && document.getElementById('announcer').textContent.includes('is silent')");
        Assert.Contains("Workers1 and 1 silent", await it.Page.Locator(".facts").TextContentAsync(), StringComparison.Ordinal);
        proxy.Refuse();
        await it.UntilAsync("document.getElementById('banner').checkVisibility() && document.getElementById('banner').textContent.startsWith('The broker does not answer')");

        Assert.Equal(2, await it.Page.Locator(".videos tbody tr").CountAsync());
        Assert.Empty(it.Complaints);
        Assert.All(it.Asked, url => Assert.StartsWith(watched.Url.ToString(), url, StringComparison.Ordinal));
        foreach (var seen in (string[])[await it.Page.ContentAsync(), await watched.GetAsync("api/jobs"), await watched.GetAsync("api/workers")])
            Assert.DoesNotContain(brokers.Broker.Password, seen, StringComparison.Ordinal);
        watched.Program.Signal(Terminate);
        await it.UntilAsync("document.getElementById('link-text').textContent === 'No answer' && document.querySelectorAll('.videos tbody tr').length === 2");
    }

    [SkippableFact]
    public async Task A_batch_on_one_machine_shows_the_same_page_and_its_metrics()
    {
        Skip.IfNot(Browser.WhyMissing is null, Browser.WhyMissing);
        using var folder = new TemporaryFolder();
        Pipelines.Batch(folder.Path);
        File.WriteAllText(folder["in/broken.mp4"], "no video");
        using var run = await ServedRun.OfAsync(new(folder.Path, "batch", "run", "film.yaml", "in", "--out", "out", "--segment-frames", "25", "--http", "127.0.0.1:0"));
        await using var it = await browser.OpenAsync(run.Url, 390, 844, ColorScheme.Dark);

        await it.UntilAsync($"/· [\\d.]+ fps/.test(document.querySelector('.works')?.textContent)");
        await it.UntilAsync($"{Row("broken")}?.querySelector('.reason').textContent.length > 10");
        await it.UntilAsync("[...document.querySelectorAll('.videos tbody tr')].some(r => /^[1-9]\\d* \\/ \\d+$/.test(r.children[2].textContent) && parseFloat(r.querySelector('.made').style.width) > 0)");
        var metrics = await run.GetAsync("metrics");

        Assert.Equal(390, await it.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        Assert.Contains("segpipe_jobs{state=\"failed\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("segpipe_segments_total{job_class=\"local\",result=\"ok\"}", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("segpipe_broker_connected", metrics, StringComparison.Ordinal);
        Assert.Empty(it.Complaints);
        var taken = await ProgramChild.RunAsync(folder.Path, "batch", "run", "film.yaml", "in", "--out", "other", "--http", run.Url.Authority);
        taken.Fails(ExitCode.Unavailable, $"Cannot listen at {run.Url.Authority}", "Name another address: --http");
    }

    private static string Row(string name) => $"[...document.querySelectorAll('.videos tbody tr')].find(r => r.querySelector('.name').textContent.startsWith('{name}'))";
}
