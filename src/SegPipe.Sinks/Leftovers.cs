using Microsoft.Extensions.Logging;
using SegPipe.Components;
using SegPipe.Media;

namespace SegPipe.Sinks;

/// <summary>Files that a run which was killed left unfinished.</summary>
internal static class Leftovers
{
    /// <summary>Gives them their names as far as they can be read; what another run is writing is left alone.</summary>
    /// <param name="paths">The names that they would have got.</param>
    /// <param name="context">On whose behalf.</param>
    public static void Name(IEnumerable<string> paths, ComponentContext context)
    {
        foreach (var path in paths)
        {
            var partial = path + ".partial";
            try
            {
                using var claim = new FileStream(partial, FileMode.Open, FileAccess.Read, FileShare.None);
                if (PacketCensus.Take(partial, FfmpegTools.For(context)) is not { } found)
                {
                    context.Log.LogWarning(new EventId(0, "segment_unreadable"), "{Component}: {Path} was left by a run that was killed, and nothing in it can be read.", context.Id, partial);
                    continue;
                }
                File.Move(partial, path, overwrite: false);
                context.Log.LogInformation(new EventId(0, "segment_named"), "{Component}: {Path} was left by a run that was killed; it holds {Count} packets.", context.Id, path, found.Count);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                context.Log.LogInformation("{Component}: {Path} is left as it is: {Reason}", context.Id, partial, refused.Message);
            }
        }
    }
}
