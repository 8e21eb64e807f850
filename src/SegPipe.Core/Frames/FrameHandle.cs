namespace SegPipe.Frames;

/// <summary>
/// The recycled object behind a <see cref="Frame"/>. Its version rises with every release, so that a stale handle is told from
/// the next holder's.
/// </summary>
internal sealed class FrameHandle(FramePool pool)
{
    private uint _version;

    public uint Version => Volatile.Read(ref _version);

    public PoolBuffer Buffer { get; private set; } = null!;

    public Format Format { get; private set; } = null!;

    public FrameHeader Header { get; private set; }

    public int Length { get; private set; }

    public WritableFrame Open(PoolBuffer buffer, Format format, int length)
    {
        Buffer = buffer;
        Format = format;
        Length = length;
        return new(this, Version);
    }

    public Frame Seal(uint version, in FrameHeader header)
    {
        Advance(version);
        Header = header;
        return new(this, Version);
    }

    public Frame Share()
    {
        Buffer.AddReference();
        var twin = pool.TakeHandle();
        twin.Buffer = Buffer;
        twin.Format = Format;
        twin.Length = Length;
        twin.Header = Header;
        return new(twin, twin.Version);
    }

    public void Release(uint version)
    {
        Advance(version);
        var buffer = Buffer;
        Buffer = null!;
        Format = null!;
        pool.ReturnHandle(this);
        buffer.Release();
    }

    private void Advance(uint version)
    {
        if (Interlocked.CompareExchange(ref _version, version + 1, version) != version)
            throw new ObjectDisposedException(nameof(Frame), "A frame's handle was disposed or sealed twice.");
    }
}

/// <summary>A counted piece of native memory, 64-byte aligned.</summary>
internal sealed class PoolBuffer(FramePool pool, nint address, int capacity)
{
    private int _references;

    public nint Address { get; } = address;

    public int Capacity { get; } = capacity;

    public RentAccount? Account { get; private set; }

    public string? RentedAt { get; private set; }

    public void Open(RentAccount account, string? rentedAt)
    {
        Account = account;
        RentedAt = rentedAt;
        Volatile.Write(ref _references, 1);
    }

    public void AddReference() => Interlocked.Increment(ref _references);

    public void Release()
    {
        var left = Interlocked.Decrement(ref _references);
        if (left < 0) throw new InvalidOperationException("A buffer was released more often than it was held.");
        if (left == 0) pool.Return(this);
    }
}

/// <summary>What one output of one component has rented and not got back: each may always hold one buffer, whatever the budget says.</summary>
public sealed class RentAccount
{
    internal int Outstanding;
}
