using Microsoft.Playwright;

namespace SegPipe.Dashboard.Tests;

/// <summary>Tests that share a browser, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<Browser>
{
    public const string Name = "browser";
}

/// <summary>The machine's Chromium, started once for all tests.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Why there is none, or null.</summary>
    public static string? WhyMissing => File.Exists(Program) ? null : "Chromium is not installed: ./build.sh test installs it";

    public async Task InitializeAsync()
    {
        if (WhyMissing is not null) return;
        _playwright = await Playwright.CreateAsync();
        // Chromium's own sandbox does not work for root, as in containers.
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [] });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>Opens a page of a size.</summary>
    public async Task<WatchedPage> OpenAsync(Uri url, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await _browser!.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme });
        page.SetDefaultTimeout((float)TimeSpan.FromMinutes(1).TotalMilliseconds);
        var watched = new WatchedPage(page);
        await page.GotoAsync(url.ToString());
        return watched;
    }
}

/// <summary>A page, and what it complained of and asked for.</summary>
public sealed class WatchedPage : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.FromMinutes(2);

    private readonly List<string> _complaints = [], _asked = [];

    public WatchedPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => Note(_complaints, message.Type is "error" or "warning" ? $"{message.Type}: {message.Text}" : null);
        page.PageError += (_, error) => Note(_complaints, error);
        page.Request += (_, request) => Note(_asked, request.Url);
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings so far.</summary>
    public IReadOnlyList<string> Complaints => Read(_complaints);

    /// <summary>Addresses asked for so far.</summary>
    public IReadOnlyList<string> Asked => Read(_asked);

    public async ValueTask DisposeAsync() => await Page.CloseAsync();

    /// <summary>Waits until an expression is true in the page. The page's policy forbids what Playwright's own waiting does there.</summary>
    public async Task UntilAsync(string expression)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await Page.EvaluateAsync<bool>($"() => Boolean({expression})"))
        {
            if (patience.IsCancellationRequested) throw new TimeoutException($"Never so: {expression}\n{await Page.InnerTextAsync("body")}");
            await Task.Delay(Pause);
        }
    }

    private static void Note(List<string> list, string? text)
    {
        if (text is null) return;
        lock (list) list.Add(text);
    }

    private static IReadOnlyList<string> Read(List<string> list)
    {
        lock (list) return [.. list];
    }
}
