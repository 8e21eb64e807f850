using System.Text;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Nut;
using SegPipe.Processes;

namespace SegPipe.Sources.Rtsp;

/// <summary>One connection to a camera, held by a child that has the network and no decoder.</summary>
internal sealed class CameraConnection : IDisposable
{
    private static readonly TimeSpan DescriptionPatience = TimeSpan.FromMilliseconds(500);

    private readonly string _id;
    private readonly RtspAddress _address;
    private readonly ChildProcess _child;
    private readonly NutReader _reader;
    private readonly Rational _childTimeBase;
    private readonly ParameterSets _sets;
    private volatile bool _stopping;

    /// <summary>Connects; returns when the camera's stream is known.</summary>
    /// <exception cref="CameraFailure">There is no connection.</exception>
    public CameraConnection(RtspSourceOptions options, RtspAddress address, ComponentContext context, CancellationToken cancel)
    {
        (_id, _address) = (context.Id, address);
        var arguments = new RtspFetchArguments { Address = address, Transport = options.Transport };
        var timeout = TimeSpan.FromMilliseconds(options.ConnectTimeoutMs);
        _child = FfmpegTools.For(context).Start(
            context,
            arguments.Build(),
            new() { Role = "fetch", HasInput = true, HasOutput = true, StallTimeout = timeout, Secrets = address.Secrets },
            new() { Network = true });
        using var kill = cancel.Register(() => _child.Kill("the run was stopped"));
        _reader = new(_child.Output);
        try
        {
            _child.Input.Write(Encoding.UTF8.GetBytes(arguments.Script()));
            _child.CloseInput();
            var stream = _reader.ReadHeaders()[0];
            _childTimeBase = stream.TimeBase;
            SpinWait.SpinUntil(() => LiveFormat.IsDescribed(_child.ErrorLines), DescriptionPatience);
            Format = LiveFormat.Read(stream, _child.ErrorLines);
            Check(options);
            _sets = new(Format.Codec);
        }
        catch (Exception failed) when (failed is NutException or ChildInputClosedException)
        {
            using var child = _child;
            cancel.ThrowIfCancellationRequested();
            throw CameraFailure.OfConnecting(_id, address, child, timeout);
        }
        catch (CameraFailure)
        {
            _child.Dispose();
            throw;
        }
        _child.StallTimeout = TimeSpan.FromMilliseconds(options.StallTimeoutMs);
    }

    /// <summary>What the camera sends.</summary>
    public PacketsFormat Format { get; }

    /// <summary>Waits for the header of the next packet; false at the end that <see cref="Stop"/> asked for.</summary>
    /// <exception cref="CameraFailure">The connection was lost.</exception>
    public bool TryRead(out NutFrame frame)
    {
        try
        {
            if (_reader.TryReadFrame(out frame))
                return true;
        }
        catch (NutException)
        {
            frame = default;
        }
        return _stopping ? false : throw Lost();
    }

    /// <summary>The packet's own time stamp in ticks of a live stream.</summary>
    public long Ticks(NutFrame frame) => Carrier.FromFetch(frame.Pts, _childTimeBase, LiveFormat.TimeBase);

    /// <summary>Fills a packet, or gives it back where that fails.</summary>
    /// <exception cref="CameraFailure">The connection was lost, or does not fit its <see cref="Format"/> any more.</exception>
    public void ReadPayload(NutFrame frame, WritableFrame packet)
    {
        try
        {
            _reader.ReadPayload(packet.Bytes);
        }
        catch (NutException)
        {
            packet.Dispose();
            throw Lost();
        }
        if (!frame.IsKey || !_sets.Change(packet.Bytes))
            return;
        packet.Dispose();
        throw CameraFailure.Of(CameraFailureKind.Changed, $"{_id}: {_address.Place} changes the form of its pictures.");
    }

    /// <summary>Takes leave of the camera, so that it does not keep the session.</summary>
    public void Stop()
    {
        _stopping = true;
        _child.StallTimeout = TimeSpan.FromSeconds(1);
        _child.RequestStop();
    }

    /// <summary>Ends the connection at once.</summary>
    public void Kill() => _child.Kill("the run was aborted");

    public void Dispose() => _child.Dispose();

    private void Check(RtspSourceOptions options)
    {
        var size = Format.Size;
        if (size is not { Width: > 0, Height: > 0 })
            throw CameraFailure.Of(CameraFailureKind.Protocol, $"{_id}: {_address.Place} sends video of an unknown size.");
        if (size.Width > options.MaxWidth || size.Height > options.MaxHeight)
            throw CameraFailure.Of(CameraFailureKind.TooLarge, $"{_id}: {_address.Place} sends pictures of {size}; {options.MaxWidth}x{options.MaxHeight} are allowed.");
    }

    private CameraFailure Lost()
    {
        var failure = _child.Failure("the connection ended");
        return _child.HasStalled
            ? CameraFailure.Of(CameraFailureKind.StallTimeout, $"{_id}: {_address.Place} sent nothing for {_child.StallTimeout.TotalMilliseconds:0} ms.", failure)
            : CameraFailure.Of(CameraFailureKind.Closed, $"{_id}: {_address.Place} closed the connection.", failure);
    }
}
