using System.Text;

namespace SegPipe.Host.Batch.Storage.S3;

/// <summary>A bucket and what names in it begin with, as in <c>s3://bucket/prefix</c>; the text is taken as it stands, without escapes.</summary>
/// <param name="Bucket">Name of the bucket.</param>
/// <param name="Prefix">Key, or what keys begin with, without slashes at its ends; empty for all of the bucket.</param>
internal sealed record S3Location(string Bucket, string Prefix)
{
    private const string Scheme = "s3://";
    private const int ShortestBucket = 3, LongestBucket = 63, LongestPrefix = 700;

    /// <summary>Whether a text is meant as such a place.</summary>
    public static bool Is(string text) => text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a place that a person has named.</summary>
    /// <exception cref="SegPipeException">64 where it is none.</exception>
    public static S3Location Parse(string text) =>
        TryParse(text) ?? throw new SegPipeException(ExitCode.Usage, $"{text} is no place in S3.", "Write s3://bucket/prefix, without . or .. or empty parts, in at most 700 bytes.");

    /// <summary>Reads a place; null where it is none.</summary>
    public static S3Location? TryParse(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.Ordinal)) return null;
        var slash = text.IndexOf('/', Scheme.Length);
        var bucket = slash < 0 ? text[Scheme.Length..] : text[Scheme.Length..slash];
        var prefix = slash < 0 ? "" : text[(slash + 1)..].TrimEnd('/');
        if (bucket.Length is < ShortestBucket or > LongestBucket || !bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-')) return null;
        if (Encoding.UTF8.GetByteCount(prefix) > LongestPrefix || prefix.Any(char.IsControl)) return null;
        return prefix.Length == 0 || prefix.Split('/').All(part => part is not ("" or "." or "..")) ? new(bucket, prefix) : null;
    }

    /// <summary>The key of something below this place.</summary>
    public string Key(string name) => Prefix.Length == 0 ? name : $"{Prefix}/{name}";

    /// <summary>Whether another place is this one or lies below it.</summary>
    public bool Holds(S3Location other) =>
        other.Bucket == Bucket && (Prefix.Length == 0 || other.Prefix == Prefix || other.Prefix.StartsWith(Prefix + "/", StringComparison.Ordinal));

    /// <inheritdoc/>
    public override string ToString() => Prefix.Length == 0 ? Scheme + Bucket : $"{Scheme}{Bucket}/{Prefix}";
}
