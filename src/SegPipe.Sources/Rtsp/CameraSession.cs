using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Processes;

namespace SegPipe.Sources.Rtsp;

/// <summary>All connections to one camera, one after the other.</summary>
internal sealed class CameraSession : IDisposable
{
    // A connection that stood so long is no part of the series of failures before it.
    private static readonly TimeSpan Proof = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(60);

    private readonly RtspSourceOptions _options;
    private readonly ComponentContext _context;
    private readonly RtspAddress _address;
    private readonly SilenceWatch _silence;
    private readonly Backoff _backoff;
    private readonly ConnectionClock _clock;
    private CameraConnection? _connection;
    private PacketsFormat? _format;
    private (CameraFailureKind Kind, long Time)? _logged;
    private long _lastPacket;
    private long _sequence;

    public CameraSession(RtspSourceOptions options, ComponentContext context)
    {
        (_options, _context) = (options, context);
        _address = RtspAddress.Parse(options.Url, options.Username, options.Password)
            ?? throw new SegPipeException(ExitCode.Configuration, $"{context.Id}: the url is no RTSP address.", "Write it as rtsp://HOST[:PORT]/PATH or rtsps://HOST[:PORT]/PATH.");
        _silence = new(context.Time, TimeSpan.FromMilliseconds(Math.Min(2000, options.StallTimeoutMs / 2.0)), SayStalled);
        _backoff = new(TimeSpan.FromMilliseconds(options.Reconnect.MinMs), TimeSpan.FromMilliseconds(options.Reconnect.MaxMs), Seed(context.Stream, context.Id, options.Url));
        _clock = new(context.Time, LiveFormat.TimeBase);
        _lastPacket = context.Time.GetTimestamp();
    }

    /// <summary>Makes the first connection, however long that takes, and gives the format of its packets.</summary>
    public PacketsFormat Open(CancellationToken abort)
    {
        _connection = Connect(abort) ?? throw new OperationCanceledException(abort);
        return _format!;
    }

    /// <summary>Emits packets until it is asked to stop.</summary>
    public void Run(OutputPort port, CancellationToken stop, CancellationToken abort)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, abort);
        using var waiter = new Waiter();
        while ((_connection ??= Connect(end.Token)) is { } connection)
        {
            var since = _context.Time.GetTimestamp();
            CameraFailure lost;
            try
            {
                using var leave = stop.Register(connection.Stop);
                using var kill = abort.Register(connection.Kill);
                Emit(connection, port, waiter);
                break;
            }
            catch (CameraFailure failure)
            {
                lost = failure;
            }
            finally
            {
                connection.Dispose();
                _connection = null;
            }
            if (end.IsCancellationRequested || !Rest(lost, _context.Time.GetElapsedTime(since), end.Token))
                break;
        }
        abort.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        _silence.Dispose();
        _connection?.Dispose();
    }

    /// <summary>Tries until a connection stands; null where it is cancelled.</summary>
    private CameraConnection? Connect(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var connection = new CameraConnection(_options, _address, _context, cancel);
                Adopt(connection.Format);
                return connection;
            }
            catch (CameraFailure failure)
            {
                if (!Rest(failure, TimeSpan.Zero, cancel))
                    return null;
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return null;
            }
        }
        return null;
    }

    private void Adopt(PacketsFormat format)
    {
        if (_format is not null)
            _context.Status.CountRestart();
        _clock.Begin();
        if (_format is null)
            _context.Log.LogInformation(new EventId(0, "camera_connected"), "{Component}: connected to {Place}: {Codec} {Size}.", _context.Id, _address.Place, format.Codec, format.Size);
        else if (!LiveFormat.AreAlike(_format, format))
            _context.Log.LogWarning(new EventId(0, "camera_changed"), "{Component}: the camera now sends {Codec} {Size} instead of {OldCodec} {OldSize}.", _context.Id, format.Codec, format.Size, _format.Codec, _format.Size);
        if (_format is null || !LiveFormat.AreAlike(_format, format))
            _format = format;
        SayConnected();
    }

    private void Emit(CameraConnection connection, OutputPort port, Waiter waiter)
    {
        while (true)
        {
            _silence.Begin();
            if (!connection.TryRead(out var frame))
                return;
            if (_silence.End())
                SayConnected();
            _context.Status.CountReceived(frame.Size);
            _lastPacket = _context.Time.GetTimestamp();
            if (_clock.Map(connection.Ticks(frame)) is not { } pts)
                continue;
            if (_clock.Gap is { } gap)
                EndGap(gap);
            var packet = waiter.Wait(port.RentAsync(_format!, frame.Size));
            if (!packet.IsEmpty)
                connection.ReadPayload(frame, packet);
            waiter.Wait(port.EmitAsync(packet, new()
            {
                Sequence = _sequence++,
                Pts = pts,
                Key = frame.IsKey,
                WallTicks = _context.Time.GetUtcNow().UtcTicks,
                Captured = _lastPacket,
            }));
        }
    }

    private void EndGap(TimeSpan gap)
    {
        var status = _context.Status;
        status.CountGap(gap);
        _logged = null;
        _context.Log.LogInformation(
            new EventId(0, "camera_back"), "{Component}: packets again after {Gap:0.0} s (gap {Count}, {Sum:0.0} s in all).", _context.Id, gap.TotalSeconds, status.Gaps, status.Missed.TotalSeconds);
    }

    /// <summary>Waits until the next try; false where it is cancelled.</summary>
    /// <param name="failure">What ended the last try or connection.</param>
    /// <param name="stood">How long the connection stood.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="SegPipeException">The camera is given up.</exception>
    private bool Rest(CameraFailure failure, TimeSpan stood, CancellationToken cancel)
    {
        _silence.End();
        var silent = _context.Time.GetElapsedTime(_lastPacket);
        if (_options.Reconnect.GiveUpAfterTime is { } patience && silent >= patience)
        {
            _context.Status.CountError(failure.Word, ErrorPhase.Receiving);
            throw new SegPipeException(ExitCode.Unavailable, $"{failure.Message} Given up after {silent.TotalSeconds:0} s.", failure.Advice, failure);
        }
        if (stood >= Proof)
            _backoff.Reset();
        var delay = stood >= Proof && failure.Kind == CameraFailureKind.Changed ? TimeSpan.Zero : _backoff.Next();
        _context.Status.Trouble(failure.Word, ErrorPhase.Receiving, failure.Message, delay);
        var now = _context.Time.GetTimestamp();
        if (_logged is not { } before || before.Kind != failure.Kind || _context.Time.GetElapsedTime(before.Time, now) >= LogInterval)
        {
            _logged = (failure.Kind, now);
            _context.Log.LogWarning(new EventId(0, "camera_lost"), failure, "{Reason} {Advice} Next try in {Delay:0.0} s.", failure.Message, failure.Advice, delay.TotalSeconds);
        }
        return Pause.Wait(_context.Time, delay, cancel);
    }

    private void SayConnected() => _context.Status.Ok($"connected to {_address.Place}, {_format!.Codec} {_format.Size}");

    private void SayStalled(TimeSpan silent) => _context.Status.Trouble("stalled", ErrorPhase.Receiving, $"stalled: {_address.Place} has sent nothing for {silent.TotalSeconds:0.#} s");

    /// <summary>A number that is another one for every camera and the same in every run.</summary>
    private static int Seed(params ReadOnlySpan<string> parts)
    {
        var hash = 2166136261u;
        foreach (var part in parts)
            foreach (var c in part)
                hash = (hash ^ c) * 16777619;
        return (int)hash;
    }
}
