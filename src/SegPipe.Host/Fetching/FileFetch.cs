using System.Net;
using System.Net.Http.Headers;

namespace SegPipe.Host.Fetching;

/// <summary>What is to be fetched, and what is known of it beforehand.</summary>
/// <param name="Address">The file's address.</param>
/// <param name="Path">Where it goes.</param>
/// <param name="MostBytes">More than this is refused.</param>
/// <param name="Expected">What it must be.</param>
internal sealed record FetchRequest(Uri Address, string Path, long MostBytes, ExpectedContent Expected);

/// <summary>
/// Fetches a file over HTTP into <c>PATH.partial</c>. What an interrupted run left is gone on with, as long as the server still has
/// the same file; the final name is only given to content that is what was expected.
/// </summary>
/// <param name="client">The connection.</param>
/// <param name="progress">Told of bytes on disk and, where known, in all.</param>
internal sealed class FileFetch(HttpClient client, Action<long, long?> progress)
{
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(60);

    /// <summary>Fetches, checks and names the file.</summary>
    /// <exception cref="SegPipeException">69 if the server is out of reach or refuses, 65 if the content is too large or another than expected, 73 or 74 if it cannot be written.</exception>
    public async Task RunAsync(FetchRequest request, CancellationToken stop)
    {
        var partial = new PartialDownload(request.Path);
        try
        {
            await FillAsync(request, partial, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException or HttpIOException)
        {
            throw Unreachable(request, e, partial.Length);
        }

        try
        {
            request.Expected.Require(partial.Path, request.Address);
        }
        catch (SegPipeException)
        {
            partial.Discard();
            throw;
        }

        partial.Complete();
    }

    private async Task FillAsync(FetchRequest request, PartialDownload partial, CancellationToken stop)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, request.Address);
        if (partial is { Length: > 0, Tag: { } tag })
        {
            message.Headers.Range = new RangeHeaderValue(partial.Length, null);
            message.Headers.IfRange = new RangeConditionHeaderValue(tag);
        }

        using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stop).WaitAsync(Stall, stop).ConfigureAwait(false);
        // Everything was there already when the last run ended before it could be checked.
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && response.Content.Headers.ContentRange?.Length == partial.Length) return;
        if (!response.IsSuccessStatusCode) throw Refused(request, response.StatusCode);
        var start = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == partial.Length ? partial.Length : 0;
        var all = response.Content.Headers.ContentLength + start;
        if (all > request.MostBytes) throw TooLarge(request, all.Value);
        using var body = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        using var file = partial.Open(start, response.Headers.ETag);
        await CopyAsync(request, body, file, all, stop).ConfigureAwait(false);
    }

    private async Task CopyAsync(FetchRequest request, Stream body, FileStream file, long? all, CancellationToken stop)
    {
        var buffer = new byte[1 << 17];
        for (int read; (read = await body.ReadAsync(buffer, stop).AsTask().WaitAsync(Stall, stop).ConfigureAwait(false)) > 0;)
        {
            if (file.Position + read > request.MostBytes) throw TooLarge(request, file.Position + read);
            await file.WriteAsync(buffer.AsMemory(0, read), stop).ConfigureAwait(false);
            progress(file.Position, all);
        }

        if (all is { } length && file.Position < length) throw new HttpIOException(HttpRequestError.ResponseEnded, $"the connection ended after {file.Position} of {length} bytes");
    }

    private static SegPipeException Unreachable(FetchRequest request, Exception e, long there) => new(ExitCode.Unavailable,
        $"{request.Address} cannot be reached{(there > 0 ? $" any more ({there:N0} bytes are kept for the next try)" : "")}: {Reason(e)}",
        $"Check the network, or fetch the file on another computer and put it here as {Path.GetFileName(request.Path)}; then: segpipe models import {Path.GetFileName(request.Path)}", e);

    private static string Reason(Exception e) => e switch
    {
        TimeoutException => $"nothing came for {Stall.TotalSeconds:0} s.",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the server's name is not known here; is this computer offline?",
        _ => e.Message.TrimEnd('.') + ".",
    };

    private static SegPipeException Refused(FetchRequest request, HttpStatusCode code) => new(ExitCode.Unavailable,
        $"{request.Address.Host} answers {(int)code} ({code}) for {request.Address.AbsolutePath}.", "The publisher may have moved or withdrawn the file; look for it there with a browser.");

    private static SegPipeException TooLarge(FetchRequest request, long bytes) => new(ExitCode.InputUnusable,
        $"{request.Address} holds at least {bytes:N0} bytes; {request.MostBytes:N0} are allowed.", "If that is right, say so with --max-size.");
}
