using System.Security.Cryptography;
using System.Text;
using SegPipe.Models.Import;

namespace SegPipe.Host.Fetching;

/// <summary>What a fetched file must be.</summary>
/// <param name="Bytes">Its size, or null.</param>
/// <param name="Sha256">Its SHA-256 or the beginning of it, or null.</param>
/// <param name="GitBlob">Its id in Git, or null.</param>
internal sealed record ExpectedContent(long? Bytes, string? Sha256, string? GitBlob)
{
    /// <summary>Whether anything is known that tells the file from every other.</summary>
    public bool IsKnown => Sha256 is not null || GitBlob is not null;

    /// <summary>Complains about a file that is another.</summary>
    /// <exception cref="SegPipeException">65 with what it is instead.</exception>
    public void Require(string path, Uri address)
    {
        if (Bytes is null && !IsKnown)
        {
            SourceCheck.Require(new(path));
            return;
        }

        var length = new FileInfo(path).Length;
        if (Bytes is { } bytes && length != bytes) throw Other(path, address, $"{length:N0} bytes instead of {bytes:N0}");
        if (Sha256 is { } hash && Hash(path, HashAlgorithmName.SHA256, []) is var found && !found.StartsWith(hash, StringComparison.OrdinalIgnoreCase))
            throw Other(path, address, $"SHA-256 {found} instead of {hash}{(hash.Length < 64 ? "…" : "")}");
        if (GitBlob is { } blob && Hash(path, HashAlgorithmName.SHA1, Encoding.ASCII.GetBytes($"blob {length}\0")) is var id && id != blob)
            throw Other(path, address, $"the Git object {id} instead of {blob}");
    }

    private static string Hash(string path, HashAlgorithmName algorithm, byte[] before)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        hash.AppendData(before);
        using var file = File.OpenRead(path);
        var buffer = new byte[1 << 17];
        for (int read; (read = file.Read(buffer)) > 0;) hash.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static SegPipeException Other(string path, Uri address, string what)
    {
        // A page or a pointer is said by name: its hash helps nobody.
        SourceCheck.Require(new(path));
        return new(ExitCode.InputUnusable, $"{address} is not the file that was expected: {what}. It was thrown away.", "The publisher may have replaced it; compare with what is published there.");
    }
}
