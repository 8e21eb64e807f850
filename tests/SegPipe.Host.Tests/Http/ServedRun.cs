using System.Text.Json;
using System.Text.RegularExpressions;
using SegPipe.Testing;

namespace SegPipe.Host.Tests.Http;

/// <summary>The built program, run with pipelines that are served, and a client for it.</summary>
internal sealed partial class ServedRun : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(1) };

    private ServedRun(ProgramChild program) => Program = program;

    public ProgramChild Program { get; }

    public Uri Url
    {
        get => _client.BaseAddress!;
        private set => _client.BaseAddress = value;
    }

    /// <summary>Starts <c>segpipe run</c> and waits until it serves.</summary>
    public static Task<ServedRun> StartAsync(string folder, params string[] arguments) => OfAsync(new(folder, ["run", .. arguments]));

    /// <summary>Waits until a program that was started serves.</summary>
    public static async Task<ServedRun> OfAsync(ProgramChild program)
    {
        var run = new ServedRun(program);
        var line = await run.Program.SaysAsync("segpipe: serving ");
        run.Url = new(Address().Match(line).Value);
        return run;
    }

    public void Dispose()
    {
        _client.Dispose();
        Program.Dispose();
    }

    public async Task<string> GetAsync(string path) => await _client.GetStringAsync(path);

    public async Task<byte[]> BytesAsync(string path) => await _client.GetByteArrayAsync(path);

    public async Task<HttpResponseMessage> AnswerAsync(string path) => await _client.GetAsync(path);

    public async Task<JsonElement> JsonAsync(string path)
    {
        var (_, body) = await SendAsync(HttpMethod.Get, path);
        return JsonDocument.Parse(body).RootElement;
    }

    /// <summary>Sends a request with headers, and gives its status and body.</summary>
    public async Task<(int Status, string Body)> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Asks again and again until the answer is as wanted; the test's own time limit ends it.</summary>
    public async Task<string> UntilAsync(string path, Func<string, bool> wanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var (_, body) = await SendAsync(HttpMethod.Get, path);
            if (wanted(body)) return body;
            if (patience.IsCancellationRequested) throw new InvalidOperationException($"{path} never said what was wanted, but:\n{body}");
            await Task.Delay(Pause);
        }
    }

    [GeneratedRegex(@"http://\S+")]
    private static partial Regex Address();
}
