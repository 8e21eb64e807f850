using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Processes;
using SegPipe.Runtime;

namespace SegPipe.Parts;

/// <summary>A part that was run.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Result">What running it gave.</param>
/// <param name="Skipped">Pictures right before it that no part holds, though they keep their numbers.</param>
public sealed record FinishedPart(string Folder, PartResult Result, long Skipped = 0);

/// <summary>Puts the pieces of all parts together into the outputs of a run over the whole video.</summary>
public static class PartJoin
{
    /// <summary>Writes every output, and runs those parts again that lost pictures in earlier ones had numbered wrongly for a stage that goes by numbers; an output that is there already is replaced. May be repeated after any failure.</summary>
    /// <param name="definition">The pipeline that the parts were run with.</param>
    /// <param name="parts">All parts, in the order of the video.</param>
    /// <param name="services">What the join gets from outside.</param>
    /// <param name="abort">Ends it now.</param>
    /// <returns>Full paths of the outputs, files or folders.</returns>
    /// <exception cref="SegPipeException">65 if pieces cannot be read or do not fit together; 73 or 74 if an output cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was aborted.</exception>
    public static async Task<IReadOnlyList<string>> JoinAsync(PipelineDefinition definition, IReadOnlyList<FinishedPart> parts, PipelineServices services, CancellationToken abort)
    {
        var shared = services.Shared ?? new SharedResources();
        try
        {
            foreach (var part in parts) RequireFiles(part);
            var stream = definition.Streams[0];
            using var numbers = new Renumbering(definition, services with { Shared = shared });
            var pieces = Pieces(await numbers.OfAsync(parts, abort).ConfigureAwait(false));
            var origin = new MediaOrigin(SourcePath(stream));
            foreach (var sink in stream.Components.Where(c => c.Descriptor.Kind == ComponentKind.Sink && !IsCopy(stream, c.Id)))
            {
                if (!sink.Descriptor.ComponentType.IsAssignableTo(typeof(IJoins))) continue;
                abort.ThrowIfCancellationRequested();
                var component = (ISink)sink.Descriptor.Create(sink.Options, Context(definition, sink, services, shared));
                await using (component.ConfigureAwait(false)) await ((IJoins)component).JoinAsync(origin, pieces, abort).ConfigureAwait(false);
            }
            await CopyAsync(definition, services with { Shared = shared }, abort).ConfigureAwait(false);
            string[] outputs = [.. OutputsOf(definition)];
            Synchronise(outputs);
            return outputs;
        }
        finally
        {
            if (services.Shared is null) await shared.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Full paths of what a pipeline's sinks write.</summary>
    public static IEnumerable<string> OutputsOf(PipelineDefinition definition) =>
        from component in definition.Streams[0].Components
        where component.Descriptor.Kind == ComponentKind.Sink
        from option in OptionDescriptor.Of(component.Options.GetType())
        where option.Has<OutputPathAttribute>()
        let path = option.ValueIn(component.Options) as string
        where !string.IsNullOrEmpty(path)
        select Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, definition.OutputRoot));

    /// <summary>Whether a sink takes the packets of the source: nothing of it depends on pictures, so it is written in one piece at the join.</summary>
    internal static bool IsCopy(StreamDefinition stream, string sink) =>
        stream.Components.First(c => c.Id == sink).Options is SinkOptions { From: [var feed] }
        && stream.Components.First(c => c.Id == feed.Id) is { Descriptor.Kind: ComponentKind.Source } source
        && source.Descriptor.Outputs[0].Kind == PayloadKind.Packets;

    internal static string SourcePath(StreamDefinition stream)
    {
        var source = stream.Components.First(c => c.Descriptor.Kind == ComponentKind.Source);
        var option = OptionDescriptor.Of(source.Options.GetType()).First(o => o.Has<InputPathAttribute>());
        return Path.GetFullPath((string)option.ValueIn(source.Options)!);
    }

    /// <summary>Pictures that are missing in earlier parts, or that a part did not number as planned, move the numbers of all behind.</summary>
    private static List<PartPiece> Pieces(IReadOnlyList<FinishedPart> parts)
    {
        List<PartPiece> pieces = [];
        long next = 0;
        foreach (var part in parts)
        {
            next += part.Skipped;
            pieces.Add(new(part.Folder, next - (part.Result.FirstSequence ?? next)));
            next += part.Result.Pictures;
        }
        return pieces;
    }

    /// <summary>Runs the source into those sinks that take its packets.</summary>
    private static async Task CopyAsync(PipelineDefinition definition, PipelineServices services, CancellationToken abort)
    {
        var stream = definition.Streams[0];
        var copies = stream.Components.Where(c => IsCopy(stream, c.Id) && c.Descriptor.ComponentType.IsAssignableTo(typeof(IJoins))).ToArray();
        if (copies.Length == 0) return;
        var source = stream.Components.Where(c => c.Descriptor.Kind == ComponentKind.Source);
        var small = PartRun.ForParts(definition) with { Streams = [new(stream.Id, [.. source, .. copies])] };
        await using var pipeline = new Pipeline(small, services with { Part = null, Previews = false, Reloadable = false });
        await pipeline.OpenAsync(abort).ConfigureAwait(false);
        var report = await pipeline.RunAsync(CancellationToken.None, abort).ConfigureAwait(false);
        if (report.Failure is { } failure) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        abort.ThrowIfCancellationRequested();
    }

    private static void RequireFiles(FinishedPart part)
    {
        foreach (var file in part.Result.Outputs.SelectMany(o => o.Files))
        {
            var info = new FileInfo(Path.Combine(part.Folder, file.Name));
            if (info.Exists && info.Length == file.Bytes) continue;
            throw new SegPipeException(ExitCode.InputUnusable, $"The piece {info.FullName} is not as its part left it.", "Run its part again.");
        }
    }

    private static void Synchronise(IEnumerable<string> outputs)
    {
        try
        {
            foreach (var folder in outputs.Where(Directory.Exists).Concat(outputs.Select(o => Path.GetDirectoryName(o)!).Where(Directory.Exists)).Distinct()) Disk.Synchronise(folder);
        }
        catch (IOException refused)
        {
            throw new SegPipeException(ExitCode.IoError, refused.Message, "Check the disk.", refused);
        }
    }

    private static ComponentContext Context(PipelineDefinition definition, ComponentDefinition sink, PipelineServices services, SharedResources shared) => new()
    {
        Id = sink.Id,
        Stream = definition.Streams[0].Id,
        Time = services.Time,
        Log = new ComponentLog(services.Log, null, sink.Id),
        Models = definition.Models,
        Limits = definition.Limits,
        Shared = shared,
        OutputRoot = definition.OutputRoot,
    };
}
