using System.ComponentModel;
using System.Runtime.InteropServices;

namespace SegPipe.Testing;

/// <summary>Where the bytes of a <see cref="GuardedMemory"/> touch a page that may not be accessed.</summary>
public enum GuardSide
{
    /// <summary>The page before the first byte.</summary>
    Before,

    /// <summary>The page behind the last byte.</summary>
    Behind,
}

/// <summary>Bytes that begin or end at a page without access, so that reading or writing one too many ends the process.</summary>
public sealed partial class GuardedMemory : IDisposable
{
    private const int NoAccess = 0, ReadOnly = 1, ReadWrite = 3, PrivateAnonymous = 0x22;
    private readonly nint _mapping, _bytes;
    private readonly int _mapped, _page = Environment.SystemPageSize;

    public GuardedMemory(int length, GuardSide side = GuardSide.Behind)
    {
        Length = length;
        var inner = (length + _page - 1) / _page * _page;
        _mapped = inner + 2 * _page;
        _mapping = Map(0, (nuint)_mapped, NoAccess, PrivateAnonymous, -1, 0);
        if (_mapping == -1) throw new Win32Exception();
        Protect(ReadWrite);
        _bytes = side == GuardSide.Before ? _mapping + _page : _mapping + _page + inner - length;
    }

    public int Length { get; }

    public unsafe Span<byte> Bytes => new((void*)_bytes, Length);

    public Span<float> Floats => MemoryMarshal.Cast<byte, float>(Bytes);

    /// <summary>Makes every further write to the bytes end the process.</summary>
    public GuardedMemory Seal()
    {
        Protect(ReadOnly);
        return this;
    }

    /// <summary>A guarded copy that may only be read.</summary>
    public static GuardedMemory Sealed(ReadOnlySpan<byte> bytes, GuardSide side = GuardSide.Behind)
    {
        var memory = new GuardedMemory(bytes.Length, side);
        bytes.CopyTo(memory.Bytes);
        return memory.Seal();
    }

    public void Dispose() => Unmap(_mapping, (nuint)_mapped);

    private void Protect(int access)
    {
        if (_mapped > 2 * _page && Change(_mapping + _page, (nuint)(_mapped - 2 * _page), access) != 0) throw new Win32Exception();
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Change(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
