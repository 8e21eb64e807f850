using SegPipe.Media;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>Why a target takes no more packets.</summary>
/// <param name="word">One of few words.</param>
/// <param name="message">The cause, for people.</param>
/// <param name="advice">What to do.</param>
/// <param name="code">The exit code where nobody tries again.</param>
/// <param name="inner">What happened, in full.</param>
internal sealed class PushFailure(string word, string message, string? advice, ExitCode code = ExitCode.Unavailable, Exception? inner = null)
    : SegPipeException(code, message, advice, inner)
{
    /// <inheritdoc/>
    public override string ErrorType => word;

    /// <summary>Tells why a file could not be written.</summary>
    public static PushFailure OfFile(SegPipeException failure) =>
        new(failure is ChildProcessException ? "coder_failed" : failure.Code == ExitCode.IoError ? "write_failed" : "create_failed", failure.Message, failure.Advice, failure.Code, failure);

    /// <summary>Tells from a child's messages why it could not push to an RTSP server.</summary>
    /// <param name="id">Id of the sink.</param>
    /// <param name="address">Where it pushed.</param>
    /// <param name="failure">How the child ended.</param>
    public static PushFailure OfRtsp(string id, RtspAddress address, SegPipeException failure)
    {
        var text = string.Join('\n', (failure as ChildProcessException)?.ErrorLines ?? []);
        bool Says(params ReadOnlySpan<string> parts)
        {
            foreach (var part in parts)
                if (text.Contains(part, StringComparison.Ordinal)) return true;
            return false;
        }

        if (Says("Connection refused"))
            return new("refused", $"{id}: nothing listens at {address.Place} (connection refused).", "Start the RTSP server, or correct the port.");
        if (Says("Failed to resolve hostname"))
            return new("unreachable", $"{id}: the name {address.Host} is not known.", "Correct the name in the url.");
        if (Says("No route to host", "Network is unreachable", "Host is down"))
            return new("unreachable", $"{id}: there is no way to {address.Host}.", "Check the address, the cable and the network; try: ping HOST");
        if (Says("401 Unauthorized", "403 Forbidden", "authorization failed"))
            return new("authentication", $"{id}: {address.Place} does not accept this user and password.", "Check username and password, and that the user may publish.");
        if (Says("Server returned 404"))
            return new("not_found", $"{id}: {address.Place} takes no stream at this path.", "Correct the path of the url, or allow publishing there.");
        if (Says("Server returned 405", "405 Method Not Allowed", "501 Not Implemented"))
            return new("not_allowed", $"{id}: {address.Place} does not take pushed streams at this path.", "Use a server that accepts ANNOUNCE and RECORD.");
        if (Says("Connection timed out", "Operation timed out") || failure.Message.Contains("made no ", StringComparison.Ordinal))
            return new("timeout", $"{id}: {address.Place} takes nothing any more.", "Check the server and the network; where they pause, raise stall_timeout_ms.");
        if (Says("Broken pipe", "Connection reset", "End of file"))
            return new("closed", $"{id}: {address.Place} closed the connection.", "It may have restarted, or have another publisher.");
        return new("protocol", $"{id}: {address.Place} does not take the stream: {failure.Message}", "Check that it is an RTSP server that accepts ANNOUNCE and RECORD of this codec.");
    }
}
