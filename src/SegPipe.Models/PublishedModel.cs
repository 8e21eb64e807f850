namespace SegPipe.Models;

/// <summary>What its publisher states about a model; null where nothing is stated.</summary>
internal sealed record PublishedModel
{
    /// <summary>Name in the catalogue.</summary>
    public required string Name { get; init; }

    /// <summary>Family of the network.</summary>
    public required string Family { get; init; }

    /// <summary>Kind of file.</summary>
    public required string Container { get; init; }

    /// <summary>Name of the class table, or null.</summary>
    public string? Classes { get; init; }

    /// <summary>Number of classes where they have no known table, or null.</summary>
    public int? ClassCount { get; init; }

    /// <summary>Size of the input as <c>512x512</c>, or null where it is open.</summary>
    public string? Input { get; init; }

    /// <summary>Published accuracy, or null.</summary>
    public string? Accuracy { get; init; }

    /// <summary>Who measured it, on what.</summary>
    public string? AccuracyWhere { get; init; }

    /// <summary>Licence of the weights, or null.</summary>
    public string? Licence { get; init; }

    /// <summary>Address of the file, or null where it has none that can be fetched.</summary>
    public string? Address { get; init; }

    /// <summary>Name that a fetched file gets; the last part of the address unless stated.</summary>
    public string? File { get; init; }

    /// <summary>Where it is published, for models without address.</summary>
    public string? Published { get; init; }

    /// <summary>What else is to be done after fetching it, or null.</summary>
    public string? Note { get; init; }

    /// <summary>Size of the file, or null.</summary>
    public long? Bytes { get; init; }

    /// <summary>The SHA-256 of the file or its beginning (16 to 64 hexadecimal digits), or null.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Git's id of the file (SHA-1 of a header and its content), or null.</summary>
    public string? GitBlob { get; init; }

    /// <summary>Whether the program can import its container.</summary>
    public bool Imports { get; init; } = true;

    /// <summary>Name of the fetched file.</summary>
    public string FileName => File ?? Path.GetFileName(new Uri(Address!).LocalPath);
}
