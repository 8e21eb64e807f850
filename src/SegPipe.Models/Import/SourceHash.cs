using System.Security.Cryptography;

namespace SegPipe.Models.Import;

/// <summary>SHA-256 of what was imported.</summary>
internal static class SourceHash
{
    /// <summary>The hash of a file; of a folder's or checkpoint's files one after the other, in the order of their names.</summary>
    /// <returns>Lower-case hexadecimal.</returns>
    public static string Of(ImportSource source)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        foreach (var path in source.Files().Order(StringComparer.Ordinal))
        {
            using var file = File.OpenRead(path);
            for (int read; (read = file.Read(buffer)) > 0;) hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
