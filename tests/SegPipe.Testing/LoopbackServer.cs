using System.Net;
using System.Net.Sockets;

namespace SegPipe.Testing;

/// <summary>A small HTTP server on this computer that serves one file: with ranges, or breaking off, or refusing, as a test wants.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public LoopbackServer(byte[] content)
    {
        Content = content;
        Address = $"http://127.0.0.1:{FreePort()}/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Beginning of its addresses.</summary>
    public string Address { get; }

    /// <summary>What it serves, whatever is asked for.</summary>
    public byte[] Content { get; set; }

    /// <summary>Tag of the content.</summary>
    public string Tag { get; set; } = "\"one\"";

    /// <summary>Bytes of an answer after which the connection breaks, or null.</summary>
    public int? BreakAfter { get; set; }

    /// <summary>What is answered.</summary>
    public int Status { get; set; } = 200;

    /// <summary>Whether the length is kept to itself.</summary>
    public bool HidesLength { get; set; }

    /// <summary>Ranges that were asked for; empty texts for requests without.</summary>
    public List<string> Ranges { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Answer(context.Request, context.Response);
        }
    }

    private void Answer(HttpListenerRequest request, HttpListenerResponse response)
    {
        var range = request.Headers["Range"] ?? "";
        Ranges.Add(range);
        response.StatusCode = Status;
        response.Headers["ETag"] = Tag;
        var start = 0;
        if (Status == 200 && range.StartsWith("bytes=", StringComparison.Ordinal) && request.Headers["If-Range"] == Tag)
        {
            start = int.Parse(range["bytes=".Length..].TrimEnd('-'));
            response.StatusCode = start < Content.Length ? 206 : 416;
            response.Headers["Content-Range"] = start < Content.Length ? $"bytes {start}-{Content.Length - 1}/{Content.Length}" : $"bytes */{Content.Length}";
        }

        var body = response.StatusCode is 200 or 206 ? Content.AsSpan(start) : [];
        if (HidesLength) response.SendChunked = true;
        else response.ContentLength64 = body.Length;
        if (BreakAfter is { } limit && limit < body.Length)
        {
            response.OutputStream.Write(body[..limit]);
            response.OutputStream.Flush();
            response.Abort();
            return;
        }

        response.OutputStream.Write(body);
        response.Close();
    }
}
