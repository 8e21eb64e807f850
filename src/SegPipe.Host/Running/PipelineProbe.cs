using Microsoft.Extensions.Logging.Abstractions;
using SegPipe.Configuration;
using SegPipe.Runtime;

namespace SegPipe.Host.Running;

/// <summary>Opens a pipeline as a run would, and closes it again.</summary>
internal static class PipelineProbe
{
    /// <summary>The reading with what opening it found, and how many bytes its frames can take; a reading with errors stays as it is.</summary>
    public static async Task<(PipelineReadResult Read, long? Bytes)> ProbeAsync(PipelineReadResult read, HostConsole console, CancellationToken abort)
    {
        if (read.Definition is not { } definition) return (read, null);
        Pipeline? pipeline = null;
        try
        {
            pipeline = new Pipeline(definition, new() { Time = console.Time, Log = NullLogger.Instance });
            await pipeline.OpenAsync(abort).ConfigureAwait(false);
            return (read, pipeline.Memory.Sum(m => m.Bytes));
        }
        catch (SegPipeException refused)
        {
            var position = pipeline?.Opening?.Position ?? new(definition.File, 1, 1);
            return (read.With([new(Severity.Error, ProblemCode.Refused.Id, position, refused.Message, refused.Advice) { ExitCode = refused.Code }]), null);
        }
        finally
        {
            if (pipeline is not null) await pipeline.DisposeAsync().ConfigureAwait(false);
        }
    }
}
