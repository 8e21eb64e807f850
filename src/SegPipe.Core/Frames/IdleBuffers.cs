using System.Diagnostics.CodeAnalysis;

namespace SegPipe.Frames;

/// <summary>The idle buffers of one size class, the last one used first, and how many of them were never needed of late.</summary>
internal sealed class IdleBuffers
{
    private readonly Stack<PoolBuffer> _buffers = new();
    private int _least;

    public void Push(PoolBuffer buffer) => _buffers.Push(buffer);

    public bool TryPop([NotNullWhen(true)] out PoolBuffer? buffer)
    {
        var found = _buffers.TryPop(out buffer);
        _least = Math.Min(_least, _buffers.Count);
        return found;
    }

    /// <summary>Begins a new period; gives the number of buffers that lay idle during the whole last one.</summary>
    public int BeginPeriod()
    {
        var unneeded = _least;
        _least = _buffers.Count - unneeded;
        return unneeded;
    }
}
