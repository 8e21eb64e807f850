namespace SegPipe.Components;

/// <summary>Things that the components of one run share, made at first use and disposed after the last component.</summary>
public sealed class SharedResources : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Type, string), object> _items = [];

    /// <summary>The thing of this type and key, made on first use.</summary>
    public T GetOrAdd<T>(string key, Func<T> make)
        where T : class
    {
        lock (_gate)
        {
            if (!_items.TryGetValue((typeof(T), key), out var item)) _items[(typeof(T), key)] = item = make();
            return (T)item;
        }
    }

    /// <summary>Disposes everything, newest first.</summary>
    public async ValueTask DisposeAsync()
    {
        object[] items;
        lock (_gate)
        {
            items = [.. _items.Values.Reverse()];
            _items.Clear();
        }
        foreach (var item in items)
        {
            if (item is IAsyncDisposable later) await later.DisposeAsync().ConfigureAwait(false);
            else if (item is IDisposable now) now.Dispose();
        }
    }
}
