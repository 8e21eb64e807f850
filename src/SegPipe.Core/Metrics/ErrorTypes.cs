using SegPipe.Components;

namespace SegPipe.Metrics;

/// <summary>Few words for any failure, fit for a label.</summary>
internal static class ErrorTypes
{
    /// <summary>The word of everything that is no <see cref="SegPipeException"/>.</summary>
    public const string Internal = "internal";

    public static string Of(Exception failure) => failure is SegPipeException known ? known.ErrorType : Internal;

    public static ErrorPhase PhaseOf(ComponentKind kind) => kind switch
    {
        ComponentKind.Source => ErrorPhase.Receiving,
        ComponentKind.Sink => ErrorPhase.Sending,
        _ => ErrorPhase.Processing,
    };
}
