namespace SegPipe.Processes;

/// <summary>The children of a run with what they used, for the report; shared by the components of a run.</summary>
public sealed class ChildUsages
{
    // A run of weeks starts children without end; of those that have ended only the sum is kept.
    private const int MostKept = 64;

    private readonly Lock _gate = new();
    private readonly List<(string Component, ChildProcess Child)> _children = [];
    private readonly Dictionary<(string Component, string Role), ChildUsage> _ended = [];

    /// <summary>Registers a child of a component.</summary>
    public void Add(string component, ChildProcess child)
    {
        lock (_gate)
        {
            if (_children.Count >= MostKept) Fold();
            _children.Add((component, child));
        }
    }

    /// <summary>What every child has used so far, in the order of their start; before them the sums of those that ended long ago.</summary>
    public IReadOnlyList<(string Component, string Role, ChildUsage Usage)> Snapshot()
    {
        lock (_gate)
        {
            return
            [
                .. _ended.Select(e => (e.Key.Component, e.Key.Role, e.Value)),
                .. _children.Select(c => (c.Component, c.Child.Role, c.Child.Usage)),
            ];
        }
    }

    private void Fold()
    {
        foreach (var (component, child) in _children.Where(c => c.Child.IsDisposed))
        {
            var sum = _ended.GetValueOrDefault((component, child.Role));
            _ended[(component, child.Role)] = new(sum.CpuSeconds + child.Usage.CpuSeconds, Math.Max(sum.PeakResidentBytes, child.Usage.PeakResidentBytes));
        }
        _children.RemoveAll(c => c.Child.IsDisposed);
    }
}
