namespace SegPipe.Models.Import.Pickle;

/// <summary>A list, or a set.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];

    /// <summary>The values of a list or of a tuple; null for anything else.</summary>
    public static IReadOnlyList<object?>? ItemsOf(object? value) => value switch
    {
        PickleList list => list.Items,
        object?[] tuple => tuple,
        _ => null,
    };

    /// <summary>Whether a list or a tuple is all whole numbers, and which.</summary>
    public static bool TryIntegers(object? value, out long[] integers)
    {
        integers = [];
        if (ItemsOf(value) is not { Count: <= 16 } items || !items.All(i => i is long)) return false;
        integers = [.. items.Select(i => (long)i!)];
        return true;
    }
}
