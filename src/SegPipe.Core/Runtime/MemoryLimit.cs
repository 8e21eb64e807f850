namespace SegPipe.Runtime;

/// <summary>The frame pool's budget where <c>limits.memory</c> is not written.</summary>
public static class MemoryLimit
{
    private const double Share = 0.6;

    /// <summary>60 % of the memory that the container or machine has, in bytes.</summary>
    public static long Default() => (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * Share);
}
