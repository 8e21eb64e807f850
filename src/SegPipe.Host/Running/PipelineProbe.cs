using Microsoft.Extensions.Logging.Abstractions;
using SegPipe.Configuration;
using SegPipe.Runtime;

namespace SegPipe.Host.Running;

/// <summary>Opens a pipeline as a run would, and closes it again.</summary>
internal static class PipelineProbe
{
    /// <summary>The reading with what opening it found; a reading with errors stays as it is.</summary>
    public static async Task<PipelineReadResult> ProbeAsync(PipelineReadResult read, HostConsole console, CancellationToken abort)
    {
        if (read.Definition is not { } definition) return read;
        Pipeline? pipeline = null;
        try
        {
            pipeline = new Pipeline(definition, new() { Time = console.Time, Log = NullLogger.Instance });
            await pipeline.OpenAsync(abort).ConfigureAwait(false);
            return read;
        }
        catch (SegPipeException refused)
        {
            var position = pipeline?.Opening?.Position ?? new(definition.File, 1, 1);
            return read.With([new(Severity.Error, ProblemCode.Refused.Id, position, refused.Message, refused.Advice) { ExitCode = refused.Code }]);
        }
        finally
        {
            if (pipeline is not null) await pipeline.DisposeAsync().ConfigureAwait(false);
        }
    }
}
