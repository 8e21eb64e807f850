using System.ComponentModel.DataAnnotations;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>
/// Pushes packets to an RTSP server (ANNOUNCE and RECORD). While the server is not there, packets are dropped and counted, and the next
/// attempt begins with a key packet; an input that can wait, such as a file, waits.
/// </summary>
/// <example><code lang="yaml">
/// type: rtsp
/// from: video
/// url: rtsp://127.0.0.1:8554/overlay
/// </code></example>
[Sink("rtsp", Network = true)]
[Input(PayloadKind.Packets)]
public sealed class RtspSink(RtspSinkOptions options, ComponentContext context) : ISink
{
    private static readonly TimeSpan Proven = TimeSpan.FromSeconds(10);

    private readonly Random _jitter = new(context.Id.GetHashCode(StringComparison.Ordinal));
    private PacketsFormat? _format;
    private PacketPush? _push;
    private long _connectedAt, _retryAt;
    private int _attempt;

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort)
    {
        _format = (PacketsFormat)format;
        Disconnect();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        if (_push is null)
        {
            if (!context.Live) await WaitForRetryAsync(abort).ConfigureAwait(false);
            if (!frame.Header.Key || context.Time.GetTimestamp() < _retryAt) throw NotConnected();
            Attempt(() => _push = Connect(abort), abort);
        }
        Attempt(() => _push!.Write(frame), abort);
        context.Status.CountWritten(frame.Length);
        if (_attempt > 0 && context.Time.GetElapsedTime(_connectedAt) > Proven)
        {
            _attempt = 0;
            context.Status.Ok("connected");
        }
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort)
    {
        if (_push is not { } push) return Task.CompletedTask;
        return DedicatedThread.Run(() => Attempt(push.Complete, abort));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Disconnect();
        return default;
    }

    private PacketPush Connect(CancellationToken abort)
    {
        _connectedAt = context.Time.GetTimestamp();
        var arguments = new RtspPushArguments { Url = options.Address(), Transport = options.Transport }.Build();
        var secrets = new[] { options.Password, options.Password is { } p ? Uri.EscapeDataString(p) : null }.OfType<string>().ToArray();
        return new(
            context, _format!, arguments, new() { Role = "push", HasInput = true, StallTimeout = TimeSpan.FromMilliseconds(options.StallTimeoutMs), Secrets = secrets },
            new() { Network = true }, abort);
    }

    /// <summary>Does something with the child; its end is trouble that is tried again later, not the run's failure.</summary>
    private void Attempt(Action action, CancellationToken abort)
    {
        try
        {
            action();
        }
        catch (ChildProcessException failure) when (!abort.IsCancellationRequested)
        {
            Disconnect();
            // Full jitter: of many that lost the same server, few come back at the same moment.
            var most = Math.Min(options.RetryMaxMs, options.RetryMinMs * Math.Pow(2, Math.Min(_attempt++, 30)));
            var wait = TimeSpan.FromMilliseconds(_jitter.NextDouble() * most);
            _retryAt = context.Time.GetTimestamp() + (long)(wait.TotalSeconds * context.Time.TimestampFrequency);
            context.Status.Trouble("push_failed", ErrorPhase.Sending, failure.Message, wait);
            context.Status.CountRestart();
            throw new SegPipeException(ExitCode.Unavailable, $"{context.Id}: {failure.Message}", failure.Advice, failure);
        }
    }

    private async Task WaitForRetryAsync(CancellationToken abort)
    {
        var left = TimeSpan.FromSeconds((double)(_retryAt - context.Time.GetTimestamp()) / context.Time.TimestampFrequency);
        if (left > TimeSpan.Zero) await Task.Delay(left, context.Time, abort).ConfigureAwait(false);
    }

    private SegPipeException NotConnected() => new(ExitCode.Unavailable, $"{context.Id}: no connection.", "Start the RTSP server; it is tried again by itself.");

    private void Disconnect()
    {
        _push?.Dispose();
        _push = null;
    }
}

/// <summary>Options of <see cref="RtspSink"/>.</summary>
public sealed record RtspSinkOptions : SinkOptions
{
    /// <summary>Address that is pushed to, <c>rtsp://host:port/path</c>.</summary>
    public required string Url { get; init; }

    /// <summary>Name to log in with.</summary>
    public string? Username { get; init; }

    /// <summary>Password; any characters.</summary>
    [Secret]
    public string? Password { get; init; }

    /// <summary>How packets travel: <c>tcp</c> (default) or <c>udp</c>.</summary>
    public PushTransport Transport { get; init; } = PushTransport.Tcp;

    /// <summary>Milliseconds that the server may take no packet before the connection counts as dead, 100–600000.</summary>
    [Range(100, 600_000)]
    public int StallTimeoutMs { get; init; } = 10_000;

    /// <summary>Longest wait before the first new attempt, in milliseconds, 1–600000; it doubles with each.</summary>
    [Range(1, 600_000)]
    public int RetryMinMs { get; init; } = 500;

    /// <summary>Longest wait before any attempt, in milliseconds, 1–3600000.</summary>
    [Range(1, 3_600_000)]
    public int RetryMaxMs { get; init; } = 30_000;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Check()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var uri) || uri.Scheme is not ("rtsp" or "rtsps"))
            yield return new("url", "the address is not rtsp://host:port/path", "Write it like rtsp://127.0.0.1:8554/overlay.");
        else if (uri.UserInfo.Length > 0)
            yield return new("url", "the address holds a name or password", "Write them as username and password.");
    }

    internal string Address()
    {
        var uri = new UriBuilder(Url);
        if (Username is not null) uri.UserName = Uri.EscapeDataString(Username);
        if (Password is not null) uri.Password = Uri.EscapeDataString(Password);
        return uri.Uri.AbsoluteUri;
    }
}
