using System.Security.Cryptography;

namespace SegPipe.Configuration;

/// <summary>Tells apart what a model's file held at one time and at another.</summary>
internal static class ModelRevision
{
    /// <summary>The models, each with the hash of its file and of what lies beside it and belongs to it.</summary>
    public static IReadOnlyDictionary<string, ModelOptions> Of(IReadOnlyDictionary<string, ModelOptions> models) =>
        models.ToDictionary(m => m.Key, m => m.Value with { Revision = Of(m.Value.Path) });

    private static string Of(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in (string[])[path, Path.ChangeExtension(path, ".card.yaml"), path + ".data"]) Add(hash, file);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string path)
    {
        if (!File.Exists(path)) return;
        try
        {
            using var file = File.OpenRead(path);
            hash.AppendData(SHA256.HashData(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.IoError, $"The model's file {path} cannot be read: {e.Message}", inner: e);
        }
    }
}
