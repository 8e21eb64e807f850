using SegPipe.Host.Http.Previews;
using SegPipe.Host.Running;
using SegPipe.Metrics;
using SegPipe.Runtime;

namespace SegPipe.Host.Http.Dashboard;

/// <summary>Everything that the dashboard shows, at one moment.</summary>
/// <param name="Version">The program's.</param>
/// <param name="Now">The server's clock, which every other time is to be compared with.</param>
/// <param name="Draining">Whether everything was asked to end.</param>
/// <param name="Pipelines">What is served at this address.</param>
internal sealed record DashboardState(string Version, DateTimeOffset Now, bool Draining, IReadOnlyList<DashboardPipeline> Pipelines);

/// <summary>One pipeline.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Phase">Where it is in its life.</param>
/// <param name="Error">What ended it, or null.</param>
/// <param name="MemoryBytes">Bytes of frames that somebody holds.</param>
/// <param name="MemoryLimitBytes">Bytes that its frames may take.</param>
/// <param name="Streams">Its streams; none while it is being opened.</param>
internal sealed record DashboardPipeline(string Name, RunPhase Phase, string? Error, long? MemoryBytes, long? MemoryLimitBytes, IReadOnlyList<DashboardStream> Streams)
{
    public static DashboardPipeline Of(BoardEntry entry, RateSampler rates, RecentLatency recent, ClassShares shares)
    {
        var pipeline = entry.Pipeline;
        return new(
            entry.Name, entry.Phase, entry.Report?.Error, pipeline?.Pool.OutstandingBytes, pipeline?.Pool.LimitBytes,
            [.. (pipeline?.Streams ?? []).Select(s => DashboardStream.Of(s, rates, recent, shares))]);
    }
}

/// <summary>One stream.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Live">Whether a source is live.</param>
/// <param name="State">How it is.</param>
/// <param name="Components">Its components, producers first; times are of the last seconds.</param>
/// <param name="Edges">Its edges.</param>
/// <param name="Previews">What of it can be looked at, producers first.</param>
/// <param name="Classes">Shares of the classes in the newest class map that was looked at, or null.</param>
internal sealed record DashboardStream(
    string Id, bool Live, StreamCondition State, IReadOnlyList<LiveComponent> Components, IReadOnlyList<LiveEdge> Edges,
    IReadOnlyList<DashboardPreview> Previews, IReadOnlyList<ClassShare>? Classes)
{
    public static DashboardStream Of(StreamView stream, RateSampler rates, RecentLatency recent, ClassShares shares) => new(
        stream.Id,
        stream.Live,
        StreamCondition.Of(stream),
        [.. stream.Components.Select(c => LiveComponent.Of(c, rates) with { ProcessingMs = recent.Of(c.Counters.Processing), AgeMs = recent.Of(c.Counters.Age) })],
        [.. stream.Edges.Select(e => LiveEdge.Of(e, rates))],
        [.. stream.Taps.Select(t => new DashboardPreview(t.Output, t.Kind, PreviewRoles.RoleOf(stream, t), t.Settings.MaxFps))],
        shares.Newest(stream));
}

/// <summary>An output that can be looked at.</summary>
/// <param name="Output">As consumers name it.</param>
/// <param name="Kind">Picture or class map.</param>
/// <param name="Role">What it is to people.</param>
/// <param name="MaxFps">Most pictures a second that there are of it.</param>
internal sealed record DashboardPreview(string Output, Frames.PayloadKind Kind, PreviewRole Role, double MaxFps);
