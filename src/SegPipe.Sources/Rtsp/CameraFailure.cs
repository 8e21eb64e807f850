using System.Text.Json;
using SegPipe.Media;
using SegPipe.Processes;

namespace SegPipe.Sources.Rtsp;

/// <summary>Why there is no connection to a camera.</summary>
internal enum CameraFailureKind
{
    /// <summary>Nothing listens there.</summary>
    Refused,

    /// <summary>There is no way there, or no such name.</summary>
    Unreachable,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>User or password are not accepted.</summary>
    Authentication,

    /// <summary>The camera has no such stream.</summary>
    NotFound,

    /// <summary>What answers is no camera as expected.</summary>
    Protocol,

    /// <summary>There is a stream, but no video in it.</summary>
    NoVideoTrack,

    /// <summary>Its pictures are larger than allowed.</summary>
    TooLarge,

    /// <summary>A connection that stood was silent for too long.</summary>
    StallTimeout,

    /// <summary>The camera closed a connection that stood.</summary>
    Closed,

    /// <summary>The camera has changed the form of its pictures.</summary>
    Changed,
}

/// <summary>A connection that was not made or was lost; each kind has its own advice.</summary>
internal sealed class CameraFailure(CameraFailureKind kind, string message, string advice, Exception? inner = null)
    : SegPipeException(ExitCode.Unavailable, message, advice, inner)
{
    public CameraFailureKind Kind { get; } = kind;

    /// <summary>The kind's word in metrics and states.</summary>
    public string Word { get; } = JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <inheritdoc/>
    public override string ErrorType => Word;

    /// <summary>Tells from a child's messages why it made no connection.</summary>
    /// <param name="id">Id of the source.</param>
    /// <param name="address">Where it tried.</param>
    /// <param name="child">A child that has ended or is to be ended.</param>
    /// <param name="timeout">How long it had.</param>
    public static CameraFailure OfConnecting(string id, RtspAddress address, ChildProcess child, TimeSpan timeout)
    {
        var failure = child.Failure("gave no packets");
        var text = string.Join('\n', child.ErrorLines);
        bool Says(params ReadOnlySpan<string> parts)
        {
            foreach (var part in parts)
                if (text.Contains(part, StringComparison.Ordinal)) return true;
            return false;
        }

        if (child.HasStalled || Says("Connection timed out", "Operation timed out"))
            return Of(CameraFailureKind.Timeout, $"{id}: {address.Place} did not answer within {timeout.TotalMilliseconds:0} ms.", failure);
        if (Says("Connection refused"))
            return Of(CameraFailureKind.Refused, $"{id}: nothing listens at {address.Place} (connection refused).", failure);
        if (Says("Failed to resolve hostname"))
            return Of(CameraFailureKind.Unreachable, $"{id}: the name {address.Host} is not known.", failure);
        if (Says("No route to host", "Network is unreachable", "Host is down"))
            return Of(CameraFailureKind.Unreachable, $"{id}: there is no way to {address.Host}.", failure);
        if (Says("401 Unauthorized", "403 Forbidden", "authorization failed"))
            return Of(CameraFailureKind.Authentication, $"{id}: {address.Place} does not accept this user and password.", failure);
        if (Says("Server returned 404"))
            return Of(CameraFailureKind.NotFound, $"{id}: {address.Place} has no stream of this path.", failure);
        // Where no track is video, none is set up, and there is no session that could be played.
        if (Says("matches no streams", "PLAY failed: 454", "PLAY failed: 455"))
            return Of(CameraFailureKind.NoVideoTrack, $"{id}: the stream of {address.Place} has no video track.", failure);
        return Of(CameraFailureKind.Protocol, $"{id}: {address.Place} does not answer as an RTSP camera does ({Detail(child)}).", failure);
    }

    public static CameraFailure Of(CameraFailureKind kind, string message, Exception? inner = null) => new(kind, message, Advise(kind), inner);

    private static string Advise(CameraFailureKind kind) => kind switch
    {
        CameraFailureKind.Refused => "Check that the camera runs, its RTSP service is switched on, and the port (usually 554).",
        CameraFailureKind.Unreachable => "Check the address, the cable and the network; try: ping HOST",
        CameraFailureKind.Timeout => "Check that no firewall is in the way; a slow camera needs a larger connect_timeout_ms.",
        CameraFailureKind.Authentication => "Check username and password; cameras often have accounts of their own for RTSP, and lock them after wrong tries.",
        CameraFailureKind.NotFound => "Check the path of the url; the camera's manual or its ONVIF page states it.",
        CameraFailureKind.NoVideoTrack => "Name another path of the camera: this one holds sound or metadata only.",
        CameraFailureKind.TooLarge => "Raise max_width and max_height, or take the camera's smaller stream.",
        CameraFailureKind.StallTimeout => "Check network and camera; a camera with long pauses needs a larger stall_timeout_ms.",
        CameraFailureKind.Closed => "It may have restarted, or allow fewer viewers than it has.",
        CameraFailureKind.Changed => "Nothing is to be done: it is opened anew.",
        _ => "Check scheme and port; try another transport (tcp, udp), or restart the camera.",
    };

    private static string Detail(ChildProcess child)
    {
        var line = child.ErrorLines.LastOrDefault(l => !l.Contains("Impossible to open", StringComparison.Ordinal)) ?? "it said nothing";
        return line.StartsWith("pipe:0: ", StringComparison.Ordinal) ? line["pipe:0: ".Length..] : line;
    }
}
