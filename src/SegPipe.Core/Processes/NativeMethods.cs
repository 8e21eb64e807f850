using System.Runtime.InteropServices;

namespace SegPipe.Processes;

/// <summary>Calls of the C library that .NET has no name for.</summary>
internal static partial class NativeMethods
{
    public const int SetPipeSize = 1031;
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int MayExecute = 1;
    public const int EndedChildren = -1;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FileControl(SafeHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Signal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Synchronise(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    /// <summary>Fills 18 numbers: user seconds and microseconds, system seconds and microseconds, and others.</summary>
    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    public static unsafe partial int ResourceUsage(int who, long* usage);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    public static partial int TuneHeap(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    public static partial int TrimHeap(nint keep);

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetVariable(string name, string value, int overwrite);
}
