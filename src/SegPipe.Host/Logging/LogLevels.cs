using SegPipe.Configuration;

namespace SegPipe.Host.Logging;

/// <summary>The level of the log: the pipeline's, overruled by <c>SEGPIPE_LOG</c>, shifted by <c>-v</c> and <c>-q</c>.</summary>
internal static class LogLevels
{
    /// <summary>The lowest level that is written.</summary>
    /// <exception cref="SegPipeException">64 if the variable has an unknown word.</exception>
    public static LogVerbosity Of(LogVerbosity stated, int verbosity)
    {
        var level = stated;
        if (Environment.GetEnvironmentVariable("SEGPIPE_LOG") is { Length: > 0 } word && !Enum.TryParse(word, ignoreCase: true, out level))
            throw new SegPipeException(ExitCode.Usage, $"SEGPIPE_LOG is '{word}'.", "Set it to debug, info, warning or error.");
        return (LogVerbosity)Math.Clamp((int)level - verbosity, (int)LogVerbosity.Debug, (int)LogVerbosity.Error);
    }
}
