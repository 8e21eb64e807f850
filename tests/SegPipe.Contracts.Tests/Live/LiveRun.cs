using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Runtime;
using SegPipe.Testing;

namespace SegPipe.Contracts.Tests.Live;

/// <summary>A pipeline over test cameras, run until the test has seen enough.</summary>
internal sealed class LiveRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, IncludeFields = true };

    private static readonly ComponentCatalog Catalog = ComponentCatalog.Scan(
        [.. new[] { "SegPipe.Sources", "SegPipe.Stages", "SegPipe.Sinks" }.Select(Assembly.Load), typeof(LiveRun).Assembly]);

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ListLog _log = new();
    private Pipeline _pipeline = null!;
    private Task<RunReport> _running = null!;

    private LiveRun()
    {
    }

    public string this[string file] => _folder[file];

    public IReadOnlyCollection<string> Log => _log.Lines;

    public IReadOnlyList<StreamView> Streams => _pipeline.Streams;

    /// <summary>Memory that the frame pool has taken from the system and not given back.</summary>
    public long PoolBytes => _pipeline.Pool.AllocatedBytes;

    /// <summary>Options of a camera that suit a test: it does not wait long.</summary>
    public static string Camera(string url, string more = "", int stallMs = 2000, int connectMs = 20_000) =>
        $"type: rtsp, url: \"{url}\", stall_timeout_ms: {stallMs}, connect_timeout_ms: {connectMs}, reconnect: {{ min_ms: 50, max_ms: 400 }}{more}";

    /// <summary>A pipeline that decodes one camera and collects its pictures in <c>seen</c>.</summary>
    public static Task<LiveRun> WatchAsync(string url, string more = "", int stallMs = 2000, int connectMs = 20_000) => StartAsync($$"""
        version: 1
        sources:
          cam: { {{Camera(url, more, stallMs, connectMs)}} }
        stages:
          picture: { type: decode, from: cam, threads: 1 }
        sinks:
          seen: { type: collect, from: picture, edge: wait }
        """);

    /// <summary>Starts a pipeline; it writes into a folder of its own unless told otherwise.</summary>
    public static async Task<LiveRun> StartAsync(string yaml, string? outputRoot = null)
    {
        var run = new LiveRun();
        var read = PipelineReader.Read(new("test.yaml", yaml), new()
        {
            Catalog = Catalog,
            Level = ValidationLevel.Topology,
            WorkingFolder = SharedFolder.Repository,
            OutputRoot = outputRoot ?? run._folder.Path,
        });
        Assert.True(read.Succeeded, string.Join('\n', read.Problems));
        run._pipeline = new(read.Definition!, new() { TraceBuffers = true, Log = run._log });
        await run._pipeline.OpenAsync(CancellationToken.None);
        run._running = run._pipeline.RunAsync(run._stop.Token, CancellationToken.None);
        return run;
    }

    /// <summary>What a collecting sink was given so far.</summary>
    public IReadOnlyList<Collected> Frames(string sink = "seen", string? stream = null) =>
        Collection.Of(_pipeline.Shared, $"{stream ?? Streams[0].Id}/{sink}").Frames;

    /// <summary>What a component says of itself.</summary>
    public ComponentStatus Status(string component = "cam", string? stream = null) =>
        Streams.First(s => stream is null || s.Id == stream).Components.First(c => c.Id == component).Status;

    /// <summary>Waits until something is so.</summary>
    public async Task UntilAsync(Func<bool> holds, string what)
    {
        var held = false;
        await Patiently.UntilAsync(() => (held = holds()) || _running.IsCompleted, what, () => string.Join('\n', Log));
        if (!held) Assert.Fail($"The run ended before {what}: {(await _running).Error}");
    }

    /// <summary>Waits for so many more frames.</summary>
    public Task MoreAsync(int frames, string sink = "seen", string? stream = null)
    {
        var wanted = Frames(sink, stream).Count + frames;
        return UntilAsync(() => Frames(sink, stream).Count >= wanted, $"{wanted} frames at {sink}");
    }

    /// <summary>Stops the run; its books must balance.</summary>
    public async Task<RunReport> StopAsync()
    {
        await _stop.CancelAsync();
        await Patiently.UntilAsync(() => _running.IsCompleted, "the end of the run", () => JsonSerializer.Serialize(_pipeline.Snapshot(), Readable));
        var report = await _running;
        Assert.Empty(report.Unbalanced);
        return report;
    }

    /// <summary>Waits for an end that the run comes to by itself.</summary>
    public Task<RunReport> EndAsync() => _running.WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _pipeline.DisposeAsync();
        _stop.Dispose();
        _folder.Dispose();
    }

    private sealed class ListLog : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));
    }
}
