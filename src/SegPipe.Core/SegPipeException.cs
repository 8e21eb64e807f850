using SegPipe.Configuration;

namespace SegPipe;

/// <summary>An error that a person can act on: one sentence with the cause, one with what to do.</summary>
/// <param name="code">The exit code that the program ends with if nobody handles it.</param>
/// <param name="message">The cause: what is wrong, and where.</param>
/// <param name="advice">What to do about it, or null.</param>
/// <param name="inner">The exception that led here, shown with <c>-vv</c> only.</param>
public class SegPipeException(ExitCode code, string message, string? advice = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The exit code that the program ends with.</summary>
    public ExitCode Code { get; } = code;

    /// <summary>What to do about it, or null.</summary>
    public string? Advice { get; } = advice;

    /// <summary>Its word in logs and metrics, in snake_case; few for everything that can happen.</summary>
    public virtual string ErrorType => SnakeCase.Of(Code.ToString());
}
