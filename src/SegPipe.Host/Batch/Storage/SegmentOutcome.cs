using System.Security.Cryptography;
using System.Text;
using SegPipe.Parts;

namespace SegPipe.Host.Batch.Storage;

/// <summary>What became of a segment: <c>out.json</c> beside its pieces; written last, so that the pieces are whole where it is.</summary>
internal sealed record SegmentOutcome
{
    /// <summary>Version of the form.</summary>
    public int V { get; init; } = 1;

    /// <summary>What running it gave.</summary>
    public required PartResult Result { get; init; }

    /// <summary>SHA-256 over the pieces: what two that finish the same segment are compared by.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Who did it.</summary>
    public required string Worker { get; init; }

    /// <summary>At which try.</summary>
    public required int Attempt { get; init; }

    /// <summary>Wall time that it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>When it was finished.</summary>
    public required DateTimeOffset Finished { get; init; }

    /// <summary>Why it cannot be made and is left out; null where its pieces are there.</summary>
    public JobFailure? GivenUp { get; init; }

    /// <summary>The first of its pieces that a folder does not hold as it was written, or null where all are whole.</summary>
    public string? DamageIn(string folder)
    {
        foreach (var file in Result.Outputs.SelectMany(o => o.Files))
        {
            var path = Path.Combine(folder, file.Name);
            if (!File.Exists(path) || StoredFile.Of(folder, path) != new StoredFile(file.Name, file.Bytes, file.Sha256)) return file.Name;
        }
        return null;
    }
}

/// <summary>A file and what it holds.</summary>
/// <param name="Name">Path below the folder in question.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Sha256">SHA-256 in lower-case hexadecimal.</param>
internal sealed record StoredFile(string Name, long Bytes, string Sha256)
{
    /// <summary>The files below a folder, by name.</summary>
    public static IReadOnlyList<StoredFile> In(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Of(folder, file)).OrderBy(f => f.Name, StringComparer.Ordinal)];

    /// <summary>A file below a folder.</summary>
    public static StoredFile Of(string folder, string path)
    {
        using var file = File.OpenRead(path);
        return new(Path.GetRelativePath(folder, path), file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    /// <summary>One SHA-256 over several.</summary>
    public static string Sum(IEnumerable<StoredFile> files) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', files.Select(f => $"{f.Sha256} {f.Name}")))));
}
