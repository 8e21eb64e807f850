namespace SegPipe.Host.Http.Metrics;

using Tag = KeyValuePair<string, object?>;

/// <summary>Compares the tags of measurements by name and value, in their order; a span finds its array without a copy.</summary>
internal sealed class TagComparer : IEqualityComparer<Tag[]>, IAlternateEqualityComparer<ReadOnlySpan<Tag>, Tag[]>
{
    public static TagComparer Instance { get; } = new();

    public bool Equals(Tag[]? x, Tag[]? y) => Equals(x.AsSpan(), y ?? []);

    public bool Equals(ReadOnlySpan<Tag> alternate, Tag[] other)
    {
        if (alternate.Length != other.Length) return false;
        for (var i = 0; i < other.Length; i++)
            if (alternate[i].Key != other[i].Key || !Equals(alternate[i].Value, other[i].Value)) return false;
        return true;
    }

    public int GetHashCode(Tag[] obj) => GetHashCode(obj.AsSpan());

    public int GetHashCode(ReadOnlySpan<Tag> alternate)
    {
        var hash = default(HashCode);
        foreach (var tag in alternate) hash.Add(tag.Value);
        return hash.ToHashCode();
    }

    public Tag[] Create(ReadOnlySpan<Tag> alternate) => alternate.ToArray();
}
