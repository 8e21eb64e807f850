using SegPipe.Configuration;
using SegPipe.Host.Batch.Running;

namespace SegPipe.Host.Batch.Report;

/// <summary>How far a batch is, for people and for programs.</summary>
internal static class StatusText
{
    private const int MostFiles = 50;

    /// <summary>A table of the videos, and the whole in one line. Of long batches only what is under way or was given up is listed.</summary>
    /// <param name="status">How far the batch is.</param>
    /// <param name="all">Whether every video is listed.</param>
    public static IEnumerable<string> Lines(BatchStatus status, bool all)
    {
        var table = new TextTable("file", "state", "segments", "pictures", "");
        var listed = all || status.Files.Count <= MostFiles ? status.Files : [.. status.Files.Where(f => f.State is JobState.Segments or JobState.Partial or JobState.Failed)];
        foreach (var file in listed)
        {
            table.Add(
                Path.GetFileName(file.Input),
                Word(file.State),
                file.Segments > 0 ? $"{file.DoneSegments}/{file.Segments}" : "-",
                file.Segments > 0 ? $"{file.DoneFrames}/{file.Frames}" : "-",
                file.Failure?.Message ?? (file.Gaps.Count > 0 ? string.Join("; ", file.Gaps) : file.Lost > 0 ? $"{file.Lost} lost" : ""));
        }
        if (listed.Count > 0) foreach (var line in table.Lines()) yield return line;
        yield return Summary(status);
    }

    /// <summary>The same as JSON: <c>{ v, pipeline, running, files: [ … ] }</c>.</summary>
    public static string Json(BatchStatus status) => BatchJson.Write(new { V = 1, status.Pipeline, status.Created, status.Running, status.Files });

    private static string Summary(BatchStatus status)
    {
        int done = status.Files.Count(f => f.State == JobState.Done), partial = status.Files.Count(f => f.State == JobState.Partial), failed = status.Files.Count(f => f.State == JobState.Failed);
        var text = $"{done} of {status.Files.Count} files done";
        if (partial > 0) text += $", {partial} partial";
        if (failed > 0) text += $", {failed} failed";
        text += $"; {status.Files.Sum(f => f.DoneSegments)} of {status.Files.Sum(f => f.Segments)} planned segments";
        return text + (status.Running ? "; a run is at work" : done < status.Files.Count ? "; no run is at work" : "");
    }

    private static string Word(JobState state) => state == JobState.Segments ? "begun" : SnakeCase.Of(state.ToString());
}
