using System.Runtime.CompilerServices;
using SegPipe.Frames;

namespace SegPipe.Runtime;

/// <summary>One output of a component: rents its buffers, and gives every edge a handle of its own.</summary>
internal sealed class Outlet(string name, FramePool pool, TimeProvider time, CancellationToken abort)
{
    private readonly RentAccount _account = new();
    private Edge[] _edges = [];
    private bool _lossy;
    private long _emitted, _lastTicks;
    private readonly ConditionalWeakTable<Format, Format> _marked = [];
    private Format? _first;
    private Frame _sending;
    private int _next;
    private long _since;

    public string Name { get; } = name;

    public IReadOnlyList<Edge> Edges => _edges;

    /// <summary>The first format, marked with where it came from; set before the first frame.</summary>
    public Format Format => _first ?? throw new InvalidOperationException($"'{Name}' has not negotiated.");

    /// <summary>The first format, or null while a live source is not there yet.</summary>
    public Format? KnownFormat => _first;

    public long Emitted => Interlocked.Read(ref _emitted);

    /// <summary>When the newest frame was put out, in ticks of <see cref="DateTimeOffset.UtcTicks"/>.</summary>
    public long LastFrameTicks => Interlocked.Read(ref _lastTicks);

    public void Connect(Edge edge)
    {
        edge.Room = Room;
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

    /// <summary>Shows this output to those who watch, or null.</summary>
    public FrameTap? Tap { get; set; }

    /// <summary>Set when an edge has room again.</summary>
    public AsyncSignal Room { get; } = new();

    /// <summary>
    /// Begins to offer a frame to every edge; the handle is spent. <see cref="TryFinish"/> does the work: the runners await
    /// <see cref="Room"/> in their own loop, since a method that awaits for them would be an allocation a frame.
    /// </summary>
    public void Begin(Frame frame)
    {
        Interlocked.Increment(ref _emitted);
        Interlocked.Exchange(ref _lastTicks, time.GetUtcNow().UtcTicks);
        Tap?.Offer(frame);
        (_sending, _next, _since) = (frame, 0, 0);
    }

    /// <summary>Offers as far as there is room; true when every edge has the frame.</summary>
    public bool TryFinish()
    {
        var sequence = _sending.Header.Sequence;
        for (; _next < _edges.Length; _next++)
        {
            // Each handle is made when it is its edge's turn: one that waited for a sibling would be nobody's when the run aborts.
            var last = _next == _edges.Length - 1;
            var handle = last ? _sending : _sending.Share();
            if (!_edges[_next].TryOffer(handle))
            {
                if (!last) handle.Dispose();
                if (_since == 0) _since = time.GetTimestamp();
                return false;
            }
            if (_since != 0) _edges[_next].AddBlocked(time.GetTimestamp() - _since);
            _since = 0;
            _edges[_next].Settle(sequence);
        }
        if (_edges.Length == 0) _sending.Dispose();
        _sending = default;
        return true;
    }

    /// <summary>Offers a frame to every edge; the handle is spent.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask EmitAsync(Frame frame)
    {
        Begin(frame);
        while (!TryFinish()) await Room.WaitAsync().ConfigureAwait(false);
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
