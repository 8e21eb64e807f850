namespace SegPipe.Configuration;

/// <summary>A node of a YAML text with the place that it was written at; never changed.</summary>
internal abstract class ConfigNode(SourcePosition position)
{
    public SourcePosition Position { get; } = position;

    /// <summary>What stands here, in words.</summary>
    public abstract string Shape { get; }
}

internal sealed class ConfigScalar(string text, bool plain, SourcePosition position) : ConfigNode(position)
{
    public string Text { get; } = text;

    /// <summary>Whether it is written without quotes.</summary>
    public bool IsPlain { get; } = plain;

    /// <summary>Nothing, <c>~</c> or the bare word null. Where a word is wanted, as for <c>type</c>, the text counts instead.</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>No text at all, not even quotes.</summary>
    public bool IsEmpty => IsPlain && Text.Length == 0;

    public override string Shape => IsEmpty ? "nothing" : "a single value";
}

internal sealed class ConfigList(IReadOnlyList<ConfigNode> items, SourcePosition position) : ConfigNode(position)
{
    public IReadOnlyList<ConfigNode> Items { get; } = items;

    public override string Shape => "a list";
}

internal sealed class ConfigMap(IReadOnlyList<ConfigEntry> entries, SourcePosition position) : ConfigNode(position)
{
    public IReadOnlyList<ConfigEntry> Entries { get; } = entries;

    public override string Shape => "a map";

    public ConfigEntry? Find(string key) => Entries.FirstOrDefault(e => e.Key == key);

    /// <summary>This map with an entry replaced or added.</summary>
    public ConfigMap With(ConfigEntry entry) => Find(entry.Key) is null
        ? new([.. Entries, entry], Position)
        : new([.. Entries.Select(e => e.Key == entry.Key ? entry : e)], Position);
}

internal sealed record ConfigEntry(string Key, SourcePosition KeyPosition, ConfigNode Value);
