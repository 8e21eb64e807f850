using System.Security.Cryptography;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Processes;
using SegPipe.Runtime;

namespace SegPipe.Parts;

/// <summary>Runs one part of a pipeline's video; the sinks leave pieces, which <see cref="PartJoin"/> puts together.</summary>
public static class PartRun
{
    /// <summary>Runs a part to its end.</summary>
    /// <param name="definition">The pipeline; <see cref="PartRefusals"/> has nothing against it.</param>
    /// <param name="part">Which pictures, and where the pieces go; the folder is made where it is missing.</param>
    /// <param name="services">What the run gets from outside; its <c>Shared</c> keeps models loaded from part to part.</param>
    /// <param name="abort">Ends it now.</param>
    /// <exception cref="SegPipeException">The run failed; the code and the words are those of an ordinary run.</exception>
    /// <exception cref="OperationCanceledException">It was aborted.</exception>
    public static async Task<PartResult> RunAsync(PipelineDefinition definition, Part part, PipelineServices services, CancellationToken abort)
    {
        Outputs.OutputPath.MakeFolder(part.Folder);
        await using var pipeline = new Pipeline(ForParts(definition) with { Streams = [WithoutCopies(definition.Streams[0])] }, services with { Part = part, Previews = false, Reloadable = false });
        await pipeline.OpenAsync(abort).ConfigureAwait(false);
        var report = await pipeline.RunAsync(CancellationToken.None, abort).ConfigureAwait(false);
        if (report.Failure is { } failure) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        if (report.Unbalanced is [var equation, ..]) throw new SegPipeException(ExitCode.Internal, equation);
        abort.ThrowIfCancellationRequested();
        Synchronise(part.Folder);
        return Result(pipeline.Streams[0], part);
    }

    /// <summary>The definition as parts and joins run it: what several parts put into one inference depends on the moment, so nothing is put together.</summary>
    internal static PipelineDefinition ForParts(PipelineDefinition definition) => definition with
    {
        Models = definition.Models.ToDictionary(m => m.Key, m => m.Value with { Batch = new() }),
        Http = null,
    };

    private static StreamDefinition WithoutCopies(StreamDefinition stream) =>
        stream with { Components = [.. stream.Components.Where(c => !PartJoin.IsCopy(stream, c.Id))] };

    private static PartResult Result(StreamView stream, Part part)
    {
        var decoded = stream.Components.FirstOrDefault(Numbers)?.Counters.Part;
        var some = decoded is { Count: > 0 };
        return new()
        {
            Pictures = decoded?.Count ?? 0,
            FirstSequence = some ? decoded!.FirstSequence : null,
            FirstPts = some ? decoded!.FirstPts : null,
            LastPts = some ? decoded!.LastPts : null,
            Lost = decoded?.Lost ?? 0,
            NotShown = decoded?.NotShown ?? 0,
            Part = part with { Folder = "" },
            Outputs =
            [
                .. stream.Components.Where(c => c.Kind == ComponentKind.Sink)
                    .Select(c => new PartOutput(c.Id, c.Counters.Part!.Count, Files(part, c.Id))),
            ],
        };
    }

    private static bool Numbers(ComponentView component) =>
        component is { Kind: ComponentKind.Stage, Inputs: [{ Kind: PayloadKind.Packets }] };

    private static List<PartFile> Files(Part part, string sink)
    {
        var folder = part.PieceOf(sink, "");
        var files = Directory.EnumerateFiles(part.Folder, sink + ".*").Concat(Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : []);
        return [.. files.Order(StringComparer.Ordinal).Select(file =>
        {
            using var content = File.OpenRead(file);
            return new PartFile(Path.GetRelativePath(part.Folder, file), content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
        })];
    }

    private static void Synchronise(string folder)
    {
        try
        {
            foreach (var below in Directory.EnumerateDirectories(folder)) Disk.Synchronise(below);
            Disk.Synchronise(folder);
        }
        catch (IOException refused)
        {
            throw new SegPipeException(ExitCode.IoError, refused.Message, "Check the disk.", refused);
        }
    }
}
