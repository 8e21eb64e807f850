using SegPipe.Host.Tests.Http;
using SegPipe.Testing;

namespace SegPipe.Dashboard.Tests;

[Collection(BrowserTests.Name)]
public sealed class CameraTests(Browser browser)
{
    private const string Word = "document.querySelector('.stream .pill .word')?.textContent";
    private const string Password = "canary-7f3a";

    private static readonly string[] Mount = ["test", "/cam", "320x160@25"];

    [SkippableFact]
    public async Task A_camera_that_goes_and_comes_back_is_seen_and_said_to_do_so()
    {
        Skip.IfNot(Browser.WhyMissing is null, Browser.WhyMissing);
        Skip.IfNot(RtspServer.WhyMissing is null, RtspServer.WhyMissing);
        using var folder = new TemporaryFolder();
        using var camera = RtspServer.StartGuarded("viewer", Password, Mount);
        Pipelines.Camera(folder.Path, camera.Url("/cam"), "viewer", Password);
        using var run = await ServedRun.StartAsync(folder.Path, "camera.yaml");
        await using var it = await browser.OpenAsync(run.Url);

        await it.UntilAsync($"{Word} === 'Connected'");
        await it.UntilAsync("Number(document.querySelector('.picture img').dataset.number) >= 1");
        camera.Freeze();
        await it.UntilAsync($"/^Stalled for \\d+ s$/.test({Word})");
        camera.Thaw();
        await it.UntilAsync($"{Word} === 'Connected'");
        camera.Kill();
        await it.UntilAsync($"/^Reconnecting (in \\d+ s|now)$/.test({Word})");
        await it.UntilAsync("document.querySelector('.picture .note').textContent === 'Last picture' && document.querySelector('.stream').dataset.tone === 'warn'");
        await it.UntilAsync("document.getElementById('announcer').textContent.includes('Reconnecting')");
        var seen = await it.Page.ContentAsync();
        camera.Restart(Mount);
        await it.UntilAsync($"{Word} === 'Connected'");

        Assert.DoesNotContain(Password, seen, StringComparison.Ordinal);
        Assert.DoesNotContain("viewer", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, await run.GetAsync("dashboard.json"), StringComparison.Ordinal);
        Assert.Empty(it.Complaints);
    }
}
