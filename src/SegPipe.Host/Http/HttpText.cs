using Microsoft.AspNetCore.Http;

namespace SegPipe.Host.Http;

/// <summary>Answers in plain text.</summary>
internal static class HttpText
{
    /// <summary>Writes a text, with a line feed at its end.</summary>
    public static Task WriteAsync(HttpContext context, int status, string text, string type = "text/plain; charset=utf-8")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text.EndsWith('\n') ? text : text + "\n", context.RequestAborted);
    }
}
