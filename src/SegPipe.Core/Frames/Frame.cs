namespace SegPipe.Frames;

/// <summary>
/// One holder's handle on a read-only frame. Whoever takes a frame from an edge disposes it; <see cref="Share"/> makes another
/// handle on the same bytes, assignment does not; disposing a handle twice throws.
/// </summary>
public readonly struct Frame : IDisposable
{
    private readonly FrameHandle? _handle;
    private readonly uint _version;

    internal Frame(FrameHandle handle, uint version) => (_handle, _version) = (handle, version);

    /// <summary>Whether this is no frame: an input that a combine goes without.</summary>
    public bool IsEmpty => _handle is null;

    /// <summary>Number, times and flags.</summary>
    public FrameHeader Header => Owned.Header;

    /// <summary>The format; another object than the previous frame's begins a new epoch.</summary>
    public Format Format => Owned.Format;

    /// <summary>Address of the first byte, 64-byte aligned, valid until <see cref="Dispose"/>.</summary>
    public nint Address => Owned.Buffer.Address;

    /// <summary>Number of bytes.</summary>
    public int Length => Owned.Length;

    /// <summary>The bytes, valid until <see cref="Dispose"/>.</summary>
    public unsafe ReadOnlySpan<byte> Bytes
    {
        get
        {
            var handle = Owned;
            return new((void*)handle.Buffer.Address, handle.Length);
        }
    }

    private FrameHandle Owned => _handle is { } handle && handle.Version == _version
        ? handle
        : throw new ObjectDisposedException(nameof(Frame));

    /// <summary>Makes a second handle on the same bytes, to be disposed by its own holder.</summary>
    public Frame Share() => Owned.Share();

    /// <summary>Gives the handle back; the last one returns the buffer to its pool.</summary>
    /// <exception cref="ObjectDisposedException">The handle was given back before.</exception>
    public void Dispose()
    {
        if (_handle is null) return;
        _handle.Release(_version);
    }
}

/// <summary>A rented buffer that is being filled; <see cref="Seal"/> makes it a frame, <see cref="Dispose"/> gives it back unused.</summary>
public readonly struct WritableFrame : IDisposable
{
    private readonly FrameHandle? _handle;
    private readonly uint _version;

    internal WritableFrame(FrameHandle handle, uint version) => (_handle, _version) = (handle, version);

    /// <summary>Whether nothing was rented.</summary>
    public bool IsEmpty => _handle is null;

    /// <summary>The format that is being filled.</summary>
    public Format Format => Owned.Format;

    /// <summary>Address of the first byte, 64-byte aligned.</summary>
    public nint Address => Owned.Buffer.Address;

    /// <summary>Number of bytes that were asked for.</summary>
    public int Length => Owned.Length;

    /// <summary>The bytes; their content is undefined until written.</summary>
    public unsafe Span<byte> Bytes
    {
        get
        {
            var handle = Owned;
            return new((void*)handle.Buffer.Address, handle.Length);
        }
    }

    private FrameHandle Owned => _handle is { } handle && handle.Version == _version
        ? handle
        : throw new ObjectDisposedException(nameof(WritableFrame));

    /// <summary>Ends the writing: from here on the bytes are read-only for ever. This handle is spent.</summary>
    public Frame Seal(in FrameHeader header) => Owned.Seal(_version, header);

    /// <summary>Gives the buffer back unused.</summary>
    public void Dispose()
    {
        if (_handle is null) return;
        _handle.Release(_version);
    }
}
