using SegPipe.Runtime;

namespace SegPipe.Host.Running;

/// <summary>What a running pipeline is doing, for SIGQUIT.</summary>
internal static class StateDump
{
    /// <summary>Lines with the frames of every component and the fill of every edge.</summary>
    public static IEnumerable<string> Lines(string pipeline, RunSnapshot snapshot)
    {
        foreach (var stream in snapshot.Streams)
        {
            yield return $"{pipeline}, stream {stream.Id}, after {snapshot.Elapsed.TotalSeconds:0.0} s: {stream.Written} of {stream.Expected?.ToString() ?? "?"} frames written, {stream.Dropped} dropped";
            var components = new TextTable("COMPONENT", "FRAMES", "IN WORK");
            foreach (var (id, frames, held) in stream.Components) components.Add(id, $"{frames}", $"{held}");
            foreach (var line in components.Lines()) yield return "  " + line;
            var edges = new TextTable("FROM", "TO", "QUEUED", "CAPACITY");
            foreach (var (from, to, queued, capacity) in stream.Edges) edges.Add(from, to, $"{queued}", $"{capacity}");
            foreach (var line in edges.Lines()) yield return "  " + line;
        }
    }
}
