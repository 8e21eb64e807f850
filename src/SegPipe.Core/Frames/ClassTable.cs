namespace SegPipe.Frames;

/// <summary>One class of a model or data set.</summary>
/// <param name="Id">Value in the class map, 0–254.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Color">Colour as <c>#rrggbb</c>.</param>
public sealed record ClassEntry(int Id, string Name, string Color);

/// <summary>The classes of a class map; ids are the places in the list.</summary>
public sealed record ClassTable(IReadOnlyList<ClassEntry> Entries)
{
    /// <summary>Number of classes, 1–255.</summary>
    public int Count => Entries.Count;
}
