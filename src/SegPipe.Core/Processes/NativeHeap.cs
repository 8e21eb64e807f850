namespace SegPipe.Processes;

/// <summary>The C library's heap and environment, which native libraries of this process share.</summary>
public static class NativeHeap
{
    private const int MostArenas = -8, LeastMapped = -3, LeastTrimmed = -1;
    private const int Arenas = 2, LargeBlock = 256 << 10, KeepExisting = 0;
    private static readonly TimeSpan TrimInterval = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Keeps the heap small: left alone, glibc gives each of many threads an arena of its own, whose free memory serves no other, and gives
    /// back ever less of it, so that a process of weeks grows by tens of megabytes. To be called before there are many threads.
    /// </summary>
    /// <param name="time">The clock.</param>
    /// <returns>Gives free memory back now and then, until it is disposed.</returns>
    public static IDisposable? Bound(TimeProvider time)
    {
        try
        {
            _ = NativeMethods.TuneHeap(MostArenas, Arenas);
            _ = NativeMethods.TuneHeap(LeastMapped, LargeBlock);
            _ = NativeMethods.TuneHeap(LeastTrimmed, LargeBlock);
        }
        catch (EntryPointNotFoundException)
        {
            // Other C libraries have no arenas.
            return null;
        }
        return time.CreateTimer(static unused => _ = NativeMethods.TrimHeap(0), null, TrimInterval, TrimInterval);
    }

    /// <summary>Sets a variable for native libraries, which do not see those that .NET sets; one that is set already stays.</summary>
    public static void SetVariable(string name, string value) => _ = NativeMethods.SetVariable(name, value, KeepExisting);
}
