using System.Security.Cryptography;

namespace SegPipe.Host.Cluster;

/// <summary>What everything that follows from one submission is found by in logs: W3C's <c>traceparent</c>, version 00.</summary>
internal static class TraceParent
{
    private const int TraceDigits = 32, ParentDigits = 16, FlagDigits = 2;

    /// <summary>Name of the field in logs.</summary>
    public const string Field = "Traceparent";

    /// <summary>A new one, marked as sampled.</summary>
    public static string New() => $"00-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TraceDigits / 2))}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(ParentDigits / 2))}-01";

    /// <summary>Whether a text is one.</summary>
    public static bool IsOne(string text) =>
        text.Split('-') is ["00", { Length: TraceDigits } trace, { Length: ParentDigits } parent, { Length: FlagDigits } flags]
        && $"{trace}{parent}{flags}".All(char.IsAsciiHexDigitLower) && trace.Any(c => c != '0') && parent.Any(c => c != '0');
}
