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
    private readonly RtspAddress _address = RtspAddress.Parse(options.Url, options.Username, options.Password)
        ?? throw new SegPipeException(ExitCode.Configuration, $"{context.Id}: the url is no RTSP address.", "Write it as rtsp://HOST[:PORT]/PATH or rtsps://HOST[:PORT]/PATH.");

    private RetriedPush? _push;
    private PacketsFormat? _format;

    /// <inheritdoc/>
    public async Task OpenAsync(Format format, CancellationToken abort)
    {
        // A new format is announced anew.
        await CompleteAsync(abort).ConfigureAwait(false);
        _format = (PacketsFormat)format;
        _push ??= new(context, options.Reconnect, HashCode.Combine(context.Stream, context.Id))
        {
            Start = Start,
            Explain = failure => PushFailure.OfRtsp(context.Id, _address, failure),
            OkDetail = $"pushing to {_address.Place}",
        };
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort) => _push!.WriteAsync(frame, abort);

    /// <inheritdoc/>
    public async Task CompleteAsync(CancellationToken abort)
    {
        if (_push is not { } push) return;
        try
        {
            await DedicatedThread.Run(() => push.Complete(abort)).ConfigureAwait(false);
        }
        catch (SegPipeException lost) when (lost.Code == ExitCode.Unavailable)
        {
            // The end of a stream that nobody takes any more; it was counted and said.
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _push?.Dispose();
        return default;
    }

    private PacketPush Start(CancellationToken abort)
    {
        var arguments = new RtspPushArguments { Address = _address, Transport = options.Transport, HasHeader = _format!.Extradata.Length > 0 };
        var child = new ChildOptions
        {
            Role = "push", HasInput = true, StallTimeout = TimeSpan.FromMilliseconds(options.StallTimeoutMs), Secrets = _address.Secrets,
        };
        return new(context, _format, arguments.Build(), child, new() { Network = true }, RtspPushArguments.ConnectedText, abort);
    }
}

/// <summary>Options of <see cref="RtspSink"/>.</summary>
public sealed record RtspSinkOptions : SinkOptions
{
    /// <summary>Where to: <c>rtsp://HOST[:PORT]/PATH</c>, or <c>rtsps://</c> for an encrypted connection.</summary>
    public required string Url { get; init; }

    /// <summary>Name to log in with.</summary>
    public string? Username { get; init; }

    /// <summary>Password, of any characters. Messages never show it; while it pushes, FFmpeg's command line does, to users of the same machine.</summary>
    [Secret]
    public string? Password { get; init; }

    /// <summary>How packets travel: <c>tcp</c> (default) or <c>udp</c>.</summary>
    public PushTransport Transport { get; init; } = PushTransport.Tcp;

    /// <summary>Milliseconds in which a connection must stand, and that the server may then take nothing, 100–600,000.</summary>
    [Range(100, 600_000)]
    public int StallTimeoutMs { get; init; } = 10_000;

    /// <summary>When a lost connection is made again.</summary>
    public RetryOptions Reconnect { get; init; } = new();

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Check()
    {
        if (!Url.Contains("${", StringComparison.Ordinal) && RtspAddress.Parse(Url) is null)
            yield return new("url", "`url` is no RTSP address", "Write it as rtsp://HOST[:PORT]/PATH or rtsps://HOST[:PORT]/PATH.");
        if (Reconnect.MaxMs < Reconnect.MinMs)
            yield return new("reconnect.max_ms", "`max_ms` must not be less than `min_ms`");
    }
}
