using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SegPipe.Host.Running;
using SegPipe.Runtime;

namespace SegPipe.Host.Http.Previews;

/// <summary>
/// What flows now, as pictures: <c>/pipelines/NAME/preview/STREAM/OUTPUT.jpg</c> (or <c>.png</c>). Each request asks for one frame: who wants to
/// see more says with <c>?after=NUMBER</c> which one was seen last, and gets 204 where no newer one came for a while.
/// </summary>
internal sealed class PreviewPages(HttpBinding binding, HttpJson json, PreviewPictures pictures, TimeProvider time) : IHttpPages
{
    // Who asks once wants a picture; who asks again and again is better told that there is none yet: browsers have few connections,
    // and the wish stands until a frame comes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), ShortPatience = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/pipelines/{name}/preview/{stream}/{file}", SendAsync);

    private async Task SendAsync(HttpContext context)
    {
        var (name, id, file) = (Value(context, "name"), Value(context, "stream"), Value(context, "file"));
        if (binding.Entries.FirstOrDefault(e => e.Name == name) is not { } entry)
            await MissingAsync(context, $"there is no pipeline '{name}'", binding.Entries.Select(e => e.Name)).ConfigureAwait(false);
        else if (entry.Pipeline?.Streams is not { } streams)
            await MissingAsync(context, $"'{name}' shows nothing yet, or no more", []).ConfigureAwait(false);
        else if (streams.FirstOrDefault(s => s.Id == id) is not { } stream)
            await MissingAsync(context, $"there is no stream '{id}'", streams.Select(s => s.Id)).ConfigureAwait(false);
        else if (Form(file) is not { } form || stream.Taps.FirstOrDefault(t => t.Output == Path.GetFileNameWithoutExtension(file)) is not { } tap)
            await MissingAsync(context, $"there is no picture '{file}'", stream.Taps.Select(t => $"{t.Output}.jpg")).ConfigureAwait(false);
        else
            await SendAsync(context, entry, stream, tap, form).ConfigureAwait(false);
    }

    private async Task SendAsync(HttpContext context, BoardEntry entry, StreamView stream, FrameTap tap, PreviewFile form)
    {
        var asked = context.Request.Query["after"].ToString();
        // A number of an earlier run of the stream must not keep its viewer waiting.
        long? after = long.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= tap.Copies ? number : null;
        await AwaitAsync(entry, tap, after ?? (tap.Fresh ? tap.Copies - 1 : tap.Copies), asked.Length > 0 ? ShortPatience : Patience, context.RequestAborted).ConfigureAwait(false);
        if (pictures.Newest(stream, tap, form) is not { } picture || picture.Number == after)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        context.Response.Headers["X-Preview-Number"] = picture.Number.ToString(CultureInfo.InvariantCulture);
        context.Response.ContentType = form == PreviewFile.Png ? "image/png" : "image/jpeg";
        await context.Response.Body.WriteAsync(picture.Content, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task AwaitAsync(BoardEntry entry, FrameTap tap, long seen, TimeSpan patience, CancellationToken gone)
    {
        // Nothing comes any more: what there is is the last.
        if (entry.Phase == RunPhase.Ended) return;
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, gone);
        try
        {
            await tap.NextAsync(seen, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The newest there is will do, if anybody is still there.
        }
    }

    private Task MissingAsync(HttpContext context, string error, IEnumerable<string> known) =>
        json.WriteAsync(context, new { error, known }, StatusCodes.Status404NotFound);

    private static PreviewFile? Form(string file) => Path.GetExtension(file) switch
    {
        ".jpg" => PreviewFile.Jpg,
        ".png" => PreviewFile.Png,
        _ => null,
    };

    private static string Value(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;
}
