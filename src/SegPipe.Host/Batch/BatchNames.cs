using System.Security.Cryptography;
using System.Text;

namespace SegPipe.Host.Batch;

/// <summary>Names of a batch's documents, below the folder that holds its state.</summary>
internal static class BatchNames
{
    private const int LongestStem = 60;

    /// <summary>What was asked for.</summary>
    public const string Spec = "batch.json";

    /// <summary>How a video is cut.</summary>
    public static string Plan(string job) => $"jobs/{job}/plan.json";

    /// <summary>Why a video was given up.</summary>
    public static string Failure(string job) => $"jobs/{job}/failed.json";

    /// <summary>What is being written for a video.</summary>
    public static string Joining(string job) => $"jobs/{job}/joining.json";

    /// <summary>That a video is finished.</summary>
    public static string Done(string job) => $"jobs/{job}/done.json";

    /// <summary>What was seen in a video.</summary>
    public static string Samples(string job) => $"jobs/{job}/samples.json";

    /// <summary>The name of a video's job: its stem, and a hash of its path that tells equal stems apart.</summary>
    public static string JobOf(string input)
    {
        var stem = new StringBuilder();
        foreach (var c in Path.GetFileNameWithoutExtension(input).Take(LongestStem)) stem.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_');
        return $"{stem}-{HashOf(input, 8)}";
    }

    /// <summary>The first digits of a text's SHA-256, in lower-case hexadecimal.</summary>
    public static string HashOf(string text, int digits = 16) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..digits];
}
