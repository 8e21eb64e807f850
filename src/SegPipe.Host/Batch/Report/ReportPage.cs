using System.Globalization;
using System.Net;
using System.Text;
using SegPipe.Configuration;
using SegPipe.Host.Batch.Running;
using SegPipe.Host.Batch.Sampling;

namespace SegPipe.Host.Batch.Report;

/// <summary>Writes a batch's report as one page that needs nothing else: no scripts, no network, pictures inside.</summary>
internal static class ReportPage
{
    // Keeps the page at some tens of megabytes, however many videos there are.
    private const int MomentsOfAll = 24_000, PicturesOfAll = 1200, LegendEntries = 8;

    /// <summary>The page as HTML.</summary>
    public static string Html(BatchReport report)
    {
        var page = new StringBuilder();
        var name = Path.GetFileNameWithoutExtension(report.Pipeline);
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        page.Append(CultureInfo.InvariantCulture, $"<title>{Text(name)} – batch report</title><style>{Style()}</style></head><body>\n");
        Head(page, report, name);
        Problems(page, report);
        foreach (var file in report.Files.Where(f => f.Status.State is JobState.Done or JobState.Partial)) File(page, file, report.Totals.Done + report.Totals.Partial);
        Open(page, report);
        page.Append(CultureInfo.InvariantCulture, $"<footer>SegPipe {report.Segpipe} · {Text(report.Pipeline)} · written {report.Written:yyyy-MM-dd HH:mm} UTC</footer></body></html>\n");
        return page.ToString();
    }

    private static void Head(StringBuilder page, BatchReport report, string name)
    {
        var totals = report.Totals;
        page.Append(CultureInfo.InvariantCulture, $"<header><h1>{Text(name)}</h1><p>batch of {report.Created:yyyy-MM-dd HH:mm} UTC</p></header>\n<ul class=\"tiles\">");
        Tile(page, $"{totals.Done}<small>/{totals.Files}</small>", "files done", "");
        if (totals.Partial > 0) Tile(page, $"{totals.Partial}", "partial", "bad");
        if (totals.Failed > 0) Tile(page, $"{totals.Failed}", "failed", "bad");
        Tile(page, totals.Pictures.ToString("#,0", CultureInfo.InvariantCulture), "pictures", "");
        Tile(page, BatchTotals.Duration(totals.VideoSeconds), "of video", "");
        Tile(page, ByteSize.Format(totals.Bytes), "read", "");
        if (totals.Lost > 0) Tile(page, $"{totals.Lost}", "pictures damaged", "bad");
        page.Append("</ul>\n");
        if (totals.Classes.Count == 0) return;
        page.Append("<section class=\"all\"><h2>All files together</h2><div class=\"bar\">");
        foreach (var entry in totals.Classes.Where(c => c.Share > 0))
            page.Append(CultureInfo.InvariantCulture, $"<i style=\"width:{100 * entry.Share:0.##}%;background:{entry.Color}\" title=\"{Text(entry.Name)} {entry.Share:P1}\"></i>");
        page.Append("</div>");
        Legend(page, totals.Classes, int.MaxValue);
        page.Append("</section>\n");
    }

    private static void Tile(StringBuilder page, string value, string what, string style) => page.Append(CultureInfo.InvariantCulture, $"<li class=\"{style}\"><b>{value}</b>{what}</li>");

    private static void Problems(StringBuilder page, BatchReport report)
    {
        var failed = report.Files.Where(f => f.Status.State == JobState.Failed).ToList();
        if (failed.Count == 0) return;
        page.Append("<section class=\"problems\"><h2>Not done</h2><table>");
        foreach (var file in failed)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(Path.GetFileName(file.Status.Input))}</td><td>{Text(file.Status.Failure!.Message)}<br><small>{Text(file.Status.Failure.Advice ?? "")}</small></td></tr>");
        page.Append("</table></section>\n");
    }

    private static void File(StringBuilder page, FileReport file, int files)
    {
        var status = file.Status;
        page.Append(CultureInfo.InvariantCulture, $"<article><h2>{Text(Path.GetFileName(status.Input))}</h2><p class=\"facts\">{BatchTotals.Duration(status.Seconds)} · {status.DoneFrames.ToString("#,0", CultureInfo.InvariantCulture)} pictures · {status.Segments} {(status.Segments == 1 ? "segment" : "segments")}");
        if (status.Lost > 0) page.Append(CultureInfo.InvariantCulture, $" · <span class=\"bad\">{status.Lost} damaged</span>");
        page.Append("</p>\n");
        foreach (var gap in status.Gaps) page.Append(CultureInfo.InvariantCulture, $"<p class=\"facts bad\">{Text(gap.ToString())}</p>\n");
        if (file.Samples is { } samples)
        {
            if (file.Classes.Count > 0)
            {
                page.Append(ShareChart.Svg(samples, file.Classes, status.Seconds, Math.Clamp(MomentsOfAll / files, 24, 160)));
                page.Append(CultureInfo.InvariantCulture, $"<div class=\"axis\"><span>0:00</span><span>{BatchTotals.Duration(status.Seconds / 2)}</span><span>{BatchTotals.Duration(status.Seconds)}</span></div>");
                Legend(page, file.Classes, LegendEntries);
            }
            Thumbnails(page, JobSamples.Thin(samples.Thumbnails, Math.Clamp(PicturesOfAll / files, 1, 8)));
        }
        page.Append("<ul class=\"outputs\">");
        foreach (var output in status.Outputs)
            page.Append(CultureInfo.InvariantCulture, $"<li>{Text(output.Path)}<small>{(output.Files is { } count ? $"{count} files, " : "")}{ByteSize.Format(output.Bytes)}</small></li>");
        page.Append("</ul></article>\n");
    }

    private static void Thumbnails(StringBuilder page, IReadOnlyList<Thumbnail> thumbnails)
    {
        if (thumbnails.Count == 0) return;
        page.Append("<div class=\"pictures\">");
        foreach (var picture in thumbnails)
            page.Append(CultureInfo.InvariantCulture, $"<figure><img alt=\"\" src=\"data:image/jpeg;base64,{picture.Jpeg}\"><figcaption>{BatchTotals.Duration(picture.T)}</figcaption></figure>");
        page.Append("</div>");
    }

    private static void Legend(StringBuilder page, IReadOnlyList<MeanShare> classes, int most)
    {
        page.Append("<ul class=\"legend\">");
        foreach (var entry in classes.Where(c => c.Share >= 0.0005).Take(most))
            page.Append(CultureInfo.InvariantCulture, $"<li><i style=\"background:{entry.Color}\"></i>{Text(entry.Name)} <b>{entry.Share:P1}</b></li>");
        page.Append("</ul>");
    }

    private static void Open(StringBuilder page, BatchReport report)
    {
        var open = report.Files.Where(f => f.Status.State is not (JobState.Done or JobState.Partial or JobState.Failed)).ToList();
        if (open.Count == 0) return;
        page.Append("<section class=\"open\"><h2>Still to do</h2><table>");
        foreach (var file in open)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(Path.GetFileName(file.Status.Input))}</td><td>{(file.Status.Segments > 0 ? $"{file.Status.DoneSegments} of {file.Status.Segments} segments" : "not begun")}</td></tr>");
        page.Append("</table></section>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Style()
    {
        using var style = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream("batch/report.css")!);
        return style.ReadToEnd();
    }
}
