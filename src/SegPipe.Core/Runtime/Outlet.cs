using System.Runtime.CompilerServices;
using SegPipe.Frames;

namespace SegPipe.Runtime;

/// <summary>One output of a component: rents its buffers, and gives every edge a handle of its own.</summary>
internal sealed class Outlet(string name, FramePool pool, CancellationToken abort)
{
    private readonly RentAccount _account = new();
    private Edge[] _edges = [];
    private bool _lossy;
    private long _emitted;
    private readonly ConditionalWeakTable<Format, Format> _marked = [];
    private Format? _first;

    public string Name { get; } = name;

    public IReadOnlyList<Edge> Edges => _edges;

    /// <summary>The first format, marked with where it came from; set before the first frame.</summary>
    public Format Format => _first ?? throw new InvalidOperationException($"'{Name}' has not negotiated.");

    public long Emitted => Interlocked.Read(ref _emitted);

    public void Connect(Edge edge)
    {
        _edges = [.. _edges, edge];
        _lossy = _edges.All(e => e.Policy.Lossy);
    }

    /// <summary>
    /// Takes over what the inputs know and the component did not say, and notes the size of a picture under this output's name.
    /// One object a key, so that the copies of a stage, which each negotiate, put out one epoch.
    /// </summary>
    public Format Mark(Format key, Format raw, params ReadOnlySpan<Format> inputs)
    {
        if (_marked.TryGetValue(key, out var known)) return known;
        var pictures = raw.Pictures;
        foreach (var input in inputs) pictures = pictures.SetItems(input.Pictures);
        if (raw is PictureFormat picture) pictures = pictures.SetItem(Name, picture.Size);
        var first = inputs.IsEmpty ? null : inputs[0];
        var marked = raw with
        {
            Pictures = pictures,
            Origin = raw.Origin ?? first?.Origin,
            Name = raw.Name ?? first?.Name,
            FrameRate = raw.FrameRate ?? first?.FrameRate,
            FrameCount = raw.FrameCount ?? first?.FrameCount,
        };
        lock (_account) marked = _marked.GetValue(key, _ => marked);
        _first ??= marked;
        return marked;
    }

    /// <summary>Rents a buffer; where every edge may lose frames, an empty one if the budget is used up.</summary>
    public ValueTask<WritableFrame> RentAsync(Format format, int bytes) => _lossy && _edges.Length > 0
        ? new(pool.TryRent(format, bytes, _account))
        : pool.RentAsync(format, bytes, _account, abort);

    /// <summary>Offers a frame to every edge; the handle is spent.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask EmitAsync(Frame frame)
    {
        Interlocked.Increment(ref _emitted);
        var sequence = frame.Header.Sequence;
        if (_edges.Length == 0) frame.Dispose();
        for (var i = 0; i < _edges.Length; i++)
        {
            // Made here, not ahead: a handle that waits for a sibling's full edge would be nobody's when the run aborts.
            var last = i == _edges.Length - 1;
            var handle = last ? frame : frame.Share();
            await _edges[i].OfferAsync(handle).ConfigureAwait(false);
            _edges[i].Settle(sequence);
        }
    }

    /// <summary>Counts a frame for which there was no memory behind lossy edges.</summary>
    public void EmitNothing(long sequence)
    {
        Interlocked.Increment(ref _emitted);
        foreach (var edge in _edges) edge.OfferNothing();
        Settle(sequence);
    }

    /// <summary>Says that no frame up to this number comes any more.</summary>
    public void Settle(long sequence)
    {
        foreach (var edge in _edges) edge.Settle(sequence);
    }

    public void Complete()
    {
        foreach (var edge in _edges) edge.Complete();
    }
}
