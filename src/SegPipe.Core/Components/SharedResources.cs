namespace SegPipe.Components;

/// <summary>
/// Things that the components of one run share, made at first use. Each stream holds what it used through a lease of its own: what no
/// stream holds any more is disposed when the last lease on it ends, the rest with the run.
/// </summary>
public sealed class SharedResources : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Type, string), Item> _items = [];
    private readonly HashSet<Item> _held = [];
    private readonly SharedResources? _owner;

    /// <summary>Shares nothing yet.</summary>
    public SharedResources()
    {
    }

    private SharedResources(SharedResources owner) => _owner = owner;

    /// <summary>The thing of this type and key, made on first use.</summary>
    public T GetOrAdd<T>(string key, Func<T> make)
        where T : class => _owner is null ? Get(key, make, null) : _owner.Get(key, make, _held);

    /// <summary>The same things, held until the lease is disposed.</summary>
    internal SharedResources Lease() => new(this);

    /// <summary>Disposes everything, newest first; of a lease, what nobody else holds.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var thing in _owner?.Release(_held) ?? TakeAll())
        {
            if (thing is IAsyncDisposable later) await later.DisposeAsync().ConfigureAwait(false);
            else if (thing is IDisposable now) now.Dispose();
        }
    }

    private T Get<T>(string key, Func<T> make, HashSet<Item>? holder)
        where T : class
    {
        Item? item;
        lock (_gate)
        {
            if (!_items.TryGetValue((typeof(T), key), out item)) _items[(typeof(T), key)] = item = new(make);
            if (holder is null) item.Pinned = true;
            else if (holder.Add(item)) item.Holders++;
        }
        try
        {
            // Made outside the lock: who needs something small does not wait for a network that is being loaded.
            return (T)item.Make();
        }
        catch
        {
            Forget((typeof(T), key), item, holder);
            throw;
        }
    }

    /// <summary>What could not be made is tried anew by whoever asks next.</summary>
    private void Forget((Type, string) key, Item item, HashSet<Item>? holder)
    {
        lock (_gate)
        {
            if (_items.GetValueOrDefault(key) == item) _items.Remove(key);
            if (holder?.Remove(item) == true) item.Holders--;
        }
    }

    private List<object> Release(HashSet<Item> held)
    {
        lock (_gate)
        {
            foreach (var item in held) item.Holders--;
            held.Clear();
            // What needs no disposing is small, and may be asked for again.
            var free = _items.Where(i => i.Value is { Holders: 0, Pinned: false, Thing: IDisposable or IAsyncDisposable }).Reverse().ToList();
            foreach (var (key, _) in free) _items.Remove(key);
            return [.. free.Select(i => i.Value.Thing!)];
        }
    }

    private List<object> TakeAll()
    {
        lock (_gate)
        {
            List<object> things = [.. _items.Values.Reverse().Select(i => i.Thing).OfType<object>()];
            _items.Clear();
            return things;
        }
    }

    private sealed class Item(Func<object> make)
    {
        private readonly Lazy<object> _thing = new(make);

        /// <summary>The thing, or null before it was made.</summary>
        public object? Thing => _thing.IsValueCreated ? _thing.Value : null;

        public int Holders { get; set; }

        public bool Pinned { get; set; }

        /// <summary>The thing, made by the first who asks; others wait for it.</summary>
        public object Make() => _thing.Value;
    }
}
