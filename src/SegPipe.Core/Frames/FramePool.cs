using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SegPipe.Frames;

/// <summary>
/// Rents native buffers by size class within a budget of bytes. What would exceed the budget waits, but an account that holds
/// nothing is always served: with it, the graph goes on draining and no two components wait for one another's buffers.
/// </summary>
public sealed class FramePool : IDisposable
{
    private const int Alignment = 64;

    // Some seconds of a camera. A class of buffers that nobody needs any more is given back after two such periods.
    private const int ReturnsPerPeriod = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, IdleBuffers> _idle = [];
    private readonly Stack<FrameHandle> _handles = new();
    private readonly HashSet<PoolBuffer> _rented = [];
    private readonly List<TaskCompletionSource> _waiting = [];
    private readonly bool _trace;
    private long _allocated, _outstanding, _peak;
    private int _returns;
    private bool _closed;

    /// <summary>Makes a pool.</summary>
    /// <param name="limitBytes">Budget of bytes, rented and idle together.</param>
    /// <param name="trace">Whether to remember where each buffer was rented (slow; for tests).</param>
    public FramePool(long limitBytes, bool trace = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limitBytes);
        LimitBytes = limitBytes;
        _trace = trace;
    }

    /// <summary>Budget of bytes.</summary>
    public long LimitBytes { get; }

    /// <summary>Bytes in buffers that somebody holds.</summary>
    public long OutstandingBytes => Interlocked.Read(ref _outstanding);

    /// <summary>Bytes held by the pool, rented and idle.</summary>
    public long AllocatedBytes => Interlocked.Read(ref _allocated);

    /// <summary>Largest value that <see cref="AllocatedBytes"/> has had.</summary>
    public long PeakBytes => Interlocked.Read(ref _peak);

    /// <summary>Number of buffers that somebody holds.</summary>
    public int OutstandingBuffers
    {
        get
        {
            lock (_gate) return _rented.Count;
        }
    }

    /// <summary>Where the buffers that are still out were rented; one text a buffer.</summary>
    public IReadOnlyList<string> Leaks
    {
        get
        {
            lock (_gate) return [.. _rented.Select(b => $"{b.Capacity} bytes, {b.RentedAt ?? "place not traced"}")];
        }
    }

    /// <summary>Rents a buffer at once, or gives an empty one where that would exceed the budget.</summary>
    /// <param name="format">Format of the frame to be.</param>
    /// <param name="bytes">Number of bytes, from 0.</param>
    /// <param name="account">The account that the buffer is put down to.</param>
    public WritableFrame TryRent(Format format, int bytes, RentAccount account)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        var size = SizeClass(bytes);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return TryRentLocked(size, account) is { } buffer ? OpenLocked(buffer, format, bytes) : default;
        }
    }

    /// <summary>Rents a buffer, waiting until the budget allows it.</summary>
    /// <param name="format">Format of the frame to be.</param>
    /// <param name="bytes">Number of bytes, from 0.</param>
    /// <param name="account">The account that the buffer is put down to.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public ValueTask<WritableFrame> RentAsync(Format format, int bytes, RentAccount account, CancellationToken cancellation)
    {
        var frame = TryRent(format, bytes, account);
        return frame.IsEmpty ? WaitAndRentAsync(format, bytes, account, cancellation) : new(frame);
    }

    /// <summary>Frees the idle buffers; those still out are freed when they come back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var stack in _idle.Values)
                while (stack.TryPop(out var buffer)) FreeLocked(buffer);
        }
    }

    /// <summary>Capacity of the size class that serves a request: a power of two in eight steps, at least 4 KiB.</summary>
    internal static int SizeClass(int bytes)
    {
        if (bytes <= 4096) return 4096;
        var step = 1 << (int.Log2(bytes - 1) - 3);
        return checked((bytes + step - 1) / step * step);
    }

    internal FrameHandle TakeHandle()
    {
        lock (_gate) return _handles.TryPop(out var handle) ? handle : new(this);
    }

    internal void ReturnHandle(FrameHandle handle)
    {
        lock (_gate) _handles.Push(handle);
    }

    internal void Return(PoolBuffer buffer)
    {
        lock (_gate)
        {
            _rented.Remove(buffer);
            _outstanding -= buffer.Capacity;
            buffer.Account!.Outstanding--;
            if (_closed) FreeLocked(buffer);
            else IdleLocked(buffer.Capacity).Push(buffer);
            if (++_returns % ReturnsPerPeriod == 0) FreeUnneededLocked();
            foreach (var waiter in _waiting) waiter.TrySetResult();
            _waiting.Clear();
        }
    }

    private async ValueTask<WritableFrame> WaitAndRentAsync(Format format, int bytes, RentAccount account, CancellationToken cancellation)
    {
        var size = SizeClass(bytes);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            TaskCompletionSource waiter;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                if (TryRentLocked(size, account) is { } buffer) return OpenLocked(buffer, format, bytes);
                waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add(waiter);
            }
            await using (cancellation.Register(static w => ((TaskCompletionSource)w!).TrySetCanceled(), waiter).ConfigureAwait(false))
                await waiter.Task.ConfigureAwait(false);
        }
    }

    private WritableFrame OpenLocked(PoolBuffer buffer, Format format, int bytes)
    {
        var handle = _handles.TryPop(out var idle) ? idle : new(this);
        return handle.Open(buffer, format, bytes);
    }

    private PoolBuffer? TryRentLocked(int size, RentAccount account)
    {
        if (!IdleLocked(size).TryPop(out var buffer))
        {
            if (_allocated + size > LimitBytes) FreeIdleLocked(_allocated + size - LimitBytes);
            if (_allocated + size > LimitBytes && account.Outstanding > 0) return null;
            buffer = AllocateLocked(size);
        }
        account.Outstanding++;
        _outstanding += size;
        _rented.Add(buffer);
        buffer.Open(account, _trace ? new StackTrace(fNeedFileInfo: true).ToString() : null);
        return buffer;
    }

    private IdleBuffers IdleLocked(int size)
    {
        if (!_idle.TryGetValue(size, out var stack)) _idle[size] = stack = new();
        return stack;
    }

    /// <summary>Gives back what lay idle all the time since the last call: pictures of a size that a camera had once, or the peak of a jam.</summary>
    private void FreeUnneededLocked()
    {
        foreach (var idle in _idle.Values)
            for (var unneeded = idle.BeginPeriod(); unneeded > 0 && idle.TryPop(out var buffer); unneeded--) FreeLocked(buffer);
    }

    private void FreeIdleLocked(long bytes)
    {
        foreach (var stack in _idle.Values)
            while (bytes > 0 && stack.TryPop(out var buffer))
            {
                bytes -= buffer.Capacity;
                FreeLocked(buffer);
            }
    }

    private unsafe PoolBuffer AllocateLocked(int size)
    {
        _allocated += size;
        _peak = Math.Max(_peak, _allocated);
        return new(this, (nint)NativeMemory.AlignedAlloc((nuint)size, Alignment), size);
    }

    private unsafe void FreeLocked(PoolBuffer buffer)
    {
        _allocated -= buffer.Capacity;
        NativeMemory.AlignedFree((void*)buffer.Address);
    }
}
