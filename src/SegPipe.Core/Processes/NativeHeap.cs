namespace SegPipe.Processes;

/// <summary>The C library's heap and environment, which native libraries of this process share.</summary>
public static class NativeHeap
{
    private const int MostArenas = -8, Arenas = 2, KeepExisting = 0;

    /// <summary>
    /// Keeps the heap small: left alone, glibc gives each of many threads an arena of its own, and what is freed in one of them serves no
    /// other, so that a process of weeks grows by tens of megabytes. To be called before there are many threads.
    /// </summary>
    public static void Bound()
    {
        try
        {
            _ = NativeMethods.TuneHeap(MostArenas, Arenas);
        }
        catch (EntryPointNotFoundException)
        {
            // Other C libraries have no arenas.
        }
    }

    /// <summary>Sets a variable for native libraries, which do not see those that .NET sets; one that is set already stays.</summary>
    public static void SetVariable(string name, string value) => _ = NativeMethods.SetVariable(name, value, KeepExisting);
}
