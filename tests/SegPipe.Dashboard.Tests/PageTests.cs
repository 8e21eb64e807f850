using System.Text.Json;
using Microsoft.Playwright;
using SegPipe.Host.Tests.Http;
using SegPipe.Testing;

namespace SegPipe.Dashboard.Tests;

[Collection(BrowserTests.Name)]
public sealed class PageTests : IAsyncLifetime
{
    private const int Terminate = 15;

    private readonly Browser _browser;
    private readonly TemporaryFolder _folder = new();
    private ServedRun _run = null!;

    public PageTests(Browser browser)
    {
        Skip.IfNot(Browser.WhyMissing is null, Browser.WhyMissing);
        _browser = browser;
    }

    public async Task InitializeAsync()
    {
        Pipelines.Segmenting(_folder.Path);
        _run = await ServedRun.StartAsync(_folder.Path, "street.yaml");
    }

    public Task DisposeAsync()
    {
        _run.Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [SkippableFact]
    public async Task The_page_shows_graph_rates_and_pictures_without_a_complaint_and_asks_nobody_else()
    {
        await using var it = await _browser.OpenAsync(_run.Url);

        await it.UntilAsync("document.querySelectorAll('.node').length === 7 && document.querySelectorAll('.line').length === 7");
        await it.UntilAsync("/^[1-9]/.test(document.querySelector('.label .fps')?.textContent)");
        var frames = await it.Page.Locator(".components tbody tr:first-child td:last-child").TextContentAsync();
        await it.UntilAsync($"document.querySelector('.components tbody tr:first-child td:last-child').textContent !== '{frames}'");
        await it.UntilAsync("Number(document.querySelector('.picture img').dataset.number) >= 2");
        await it.UntilAsync("document.querySelectorAll('.legend li').length >= 3");

        Assert.Equal(["drive", "picture", "small", "logits", "labels", "overlay", "gone"], await it.Page.Locator(".node .id").AllTextContentsAsync());
        Assert.Equal(["Running", "Running"], await it.Page.Locator(".stream .pill .word").AllTextContentsAsync());
        Assert.Empty(it.Complaints);
        Assert.All(it.Asked, url => Assert.StartsWith(url.StartsWith("blob:", StringComparison.Ordinal) ? $"blob:{_run.Url}" : _run.Url.ToString(), url, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Another_picture_is_shown_when_it_is_chosen_and_none_is_asked_for_in_a_pause()
    {
        await using var it = await _browser.OpenAsync(_run.Url);
        var card = it.Page.Locator(".stream").First;

        await card.GetByRole(AriaRole.Button, new() { Name = "Mask" }).ClickAsync();
        await it.UntilAsync("document.querySelector('.picture img').alt.endsWith('labels')");
        await card.GetByRole(AriaRole.Button, new() { Name = "Original" }).ClickAsync();
        await it.UntilAsync("document.querySelector('.picture img').alt.endsWith('picture')");
        await card.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await it.UntilAsync("document.querySelector('.picture .note').textContent === 'Paused'");

        // What was asked for before the pause has come when the other stream's pictures and the numbers have gone on.
        await NextNumbersAsync(it);
        var asked = it.Asked.Count(Mine);
        var others = it.Asked.Count(Others);
        await it.Page.RunAndWaitForRequestAsync(() => Task.CompletedTask, r => Others(r.Url) && it.Asked.Count(Others) > others + 1);
        Assert.Equal(asked, it.Asked.Count(Mine));

        static bool Mine(string url) => url.Contains("/preview/north/", StringComparison.Ordinal);
        static bool Others(string url) => url.Contains("/preview/south/", StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Every_control_is_reached_and_worked_by_the_keyboard_and_shows_that_it_is()
    {
        await using var it = await _browser.OpenAsync(_run.Url);
        await it.UntilAsync("document.querySelectorAll('.node').length === 7 && document.querySelectorAll('.stream .segments button').length === 6");

        var controls = await it.Page.EvaluateAsync<int>("""
            () => {
              const all = [...document.querySelectorAll('a[href], button, summary, [tabindex="0"]')].filter(e => e.getClientRects().length > 0);
              all.forEach((e, i) => { e.dataset.control = i; });
              return all.length;
            }
            """);
        HashSet<string> reached = [];
        for (var i = 0; i < controls + 2; i++)
        {
            await it.Page.Keyboard.PressAsync("Tab");
            var focus = await it.Page.EvaluateAsync<JsonElement>("""
                () => ({ control: document.activeElement.dataset.control ?? '', outline: getComputedStyle(document.activeElement).outlineStyle })
                """);
            if (focus.GetProperty("control").GetString() is not { Length: > 0 } control) continue;
            reached.Add(control);
            Assert.NotEqual("none", focus.GetProperty("outline").GetString());
        }
        await it.Page.GetByRole(AriaRole.Button, new() { Name = "Mask" }).Last.FocusAsync();
        await it.Page.Keyboard.PressAsync("Enter");
        await it.Page.GetByRole(AriaRole.Group, new() { Name = "Stream whose graph is shown" }).GetByRole(AriaRole.Button, new() { Name = "south" }).FocusAsync();
        await it.Page.Keyboard.PressAsync("Space");

        Assert.Equal(Enumerable.Range(0, controls).Select(i => $"{i}").ToHashSet(), reached);
        await it.UntilAsync("document.querySelector('svg title').textContent === 'Graph of south'");
        Assert.Equal(["false", "true", "false"], await PressedAsync(it.Page.Locator(".stream").Last));
    }

    [SkippableTheory]
    [InlineData(360, 740)]
    [InlineData(390, 844)]
    [InlineData(768, 1024)]
    public async Task No_screen_is_too_narrow(int width, int height)
    {
        await using var it = await _browser.OpenAsync(_run.Url, width, height);
        await it.UntilAsync("document.querySelectorAll('.node').length === 7 && document.querySelectorAll('.legend li').length >= 3");

        var size = await it.Page.EvaluateAsync<int[]>("() => [document.documentElement.scrollWidth, document.querySelector('svg').viewBox.baseVal.width, document.querySelector('svg').viewBox.baseVal.height]");

        Assert.Equal(width, size[0]);
        Assert.Equal(width <= 720, size[2] > size[1]);
    }

    [SkippableFact]
    public async Task Dark_is_dark_and_light_is_light()
    {
        await using var light = await _browser.OpenAsync(_run.Url);
        await using var dark = await _browser.OpenAsync(_run.Url, scheme: ColorScheme.Dark);
        const string Brightness = "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).reduce((sum, v) => sum + Number(v), 0) / 3";

        Assert.True(await light.Page.EvaluateAsync<double>(Brightness) > 200);
        Assert.True(await dark.Page.EvaluateAsync<double>(Brightness) < 50);
    }

    [SkippableFact]
    public async Task When_the_run_has_ended_the_page_says_so_and_keeps_the_last_numbers()
    {
        await using var it = await _browser.OpenAsync(_run.Url);
        await it.UntilAsync("Number(document.querySelector('.picture img')?.dataset.number) >= 1");

        _run.Program.Signal(Terminate);
        await _run.Program.EndAsync();
        await it.Page.GetByRole(AriaRole.Alert).WaitForAsync();

        Assert.Contains("ended", await it.Page.GetByRole(AriaRole.Alert).TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(7, await it.Page.Locator(".node").CountAsync());
        await it.UntilAsync("[...document.querySelectorAll('.picture')].every(p => p.querySelector('img').hidden || p.querySelector('.note').textContent === 'Last picture')");
        Assert.True(await it.Page.GetByRole(AriaRole.Button, new() { Name = "Mask" }).First.IsEnabledAsync());
    }

    private static async Task NextNumbersAsync(WatchedPage it)
    {
        for (var i = 0; i < 2; i++) await it.Page.WaitForResponseAsync(r => r.Url.EndsWith("/dashboard.json", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string?>> PressedAsync(ILocator card)
    {
        var buttons = await card.Locator(".segments button").AllAsync();
        return await Task.WhenAll(buttons.Select(b => b.GetAttributeAsync("aria-pressed")));
    }
}
