namespace SegPipe.Processes;

/// <summary>The children of a run with what they used, for the report; shared by the components of a run.</summary>
public sealed class ChildUsages
{
    private readonly Lock _gate = new();
    private readonly List<(string Component, ChildProcess Child)> _children = [];

    /// <summary>Registers a child of a component.</summary>
    public void Add(string component, ChildProcess child)
    {
        lock (_gate)
            _children.Add((component, child));
    }

    /// <summary>What every child has used so far, in the order of their start.</summary>
    public IReadOnlyList<(string Component, string Role, ChildUsage Usage)> Snapshot()
    {
        lock (_gate)
            return [.. _children.Select(c => (c.Component, c.Child.Role, c.Child.Usage))];
    }
}
