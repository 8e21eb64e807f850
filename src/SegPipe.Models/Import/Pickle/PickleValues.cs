using System.Text;

namespace SegPipe.Models.Import.Pickle;

/// <summary>A dictionary; entries whose key is not a text are counted and dropped, because no checkpoint's tensors hang on them.</summary>
internal sealed class PickleDictionary : IBuildable
{
    /// <summary>Entries with a text as key, in the order of the file.</summary>
    public Dictionary<string, object?> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds or replaces an entry.</summary>
    public void Set(object? key, object? value)
    {
        if (key is string name) Entries[name] = value;
    }

    // An OrderedDict may carry attributes, PyTorch's _metadata with the versions of its layers; no tensor hangs on them.
    string? IBuildable.Build(object? state) => state is PickleDictionary ? null : "attributes of a dictionary that are none";
}

/// <summary>A text too long to be a name, kept as it lies in the file.</summary>
internal sealed record PickleText(ReadOnlyMemory<byte> Utf8)
{
    /// <summary>The text, cut off after a number of bytes.</summary>
    public string Start(int bytes) => Encoding.UTF8.GetString(Utf8.Span[..Math.Min(bytes, Utf8.Length)]);
}

/// <summary>An object of a class that checkpoints of training carry and that no tensor hangs on; its contents are dropped.</summary>
internal sealed record InertObject(PickleGlobal Class) : IBuildable
{
    string? IBuildable.Build(object? state) => null;
}

/// <summary>A value that the BUILD opcode may complete.</summary>
internal interface IBuildable
{
    /// <summary>Takes the state; gives what is wrong with it, or null.</summary>
    string? Build(object? state);
}

/// <summary>A global that is allowed, with what stands for it here.</summary>
/// <param name="Name">Module and name with a dot between.</param>
/// <param name="Call">What calling it gives, from its arguments; null where it is a value only. Null as a result: the arguments do not fit.</param>
internal sealed record PickleGlobal(string Name, Func<object?[], object?>? Call);
