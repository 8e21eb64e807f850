namespace SegPipe.Metrics;

/// <summary>
/// The instruments of .NET's meter <c>System.Runtime</c> by the names that they get in Prometheus. A table and no rule: by its type at run time,
/// the length of the thread pool's queue would become a counter.
/// </summary>
public static class DotnetMetricTable
{
    /// <summary>The meter.</summary>
    public const string MeterName = "System.Runtime";

    /// <summary>All that is exported of it.</summary>
    public static IReadOnlyList<MetricDescriptor> All { get; } =
    [
        Counter("dotnet_process_cpu_time_seconds_total", "dotnet.process.cpu.time", "Processor time of this process.", ("cpu_mode", "cpu.mode")),
        Gauge("dotnet_process_memory_working_set_bytes", "dotnet.process.memory.working_set", "Memory of this process in RAM, children not included."),
        Gauge("dotnet_process_cpus", "dotnet.process.cpu.count", "Processors that this process may use."),
        Counter("dotnet_gc_collections_total", "dotnet.gc.collections", "Garbage collections.", ("gc_heap_generation", "gc.heap.generation")),
        Counter("dotnet_gc_heap_allocated_bytes_total", "dotnet.gc.heap.total_allocated", "Bytes allocated on the managed heap."),
        Counter("dotnet_gc_pause_time_seconds_total", "dotnet.gc.pause.time", "Time that garbage collections held everything up."),
        Gauge("dotnet_gc_last_collection_memory_committed_bytes", "dotnet.gc.last_collection.memory.committed_size", "Memory committed by the managed heap at the last collection."),
        Gauge("dotnet_gc_last_collection_heap_size_bytes", "dotnet.gc.last_collection.heap.size", "Size of the managed heap after the last collection.", ("gc_heap_generation", "gc.heap.generation")),
        Gauge("dotnet_gc_last_collection_heap_fragmentation_bytes", "dotnet.gc.last_collection.heap.fragmentation.size", "Holes in the managed heap after the last collection.", ("gc_heap_generation", "gc.heap.generation")),
        Counter("dotnet_jit_compiled_il_bytes_total", "dotnet.jit.compiled_il.size", "Intermediate code compiled."),
        Counter("dotnet_jit_compiled_methods_total", "dotnet.jit.compiled_methods", "Methods compiled."),
        Counter("dotnet_jit_compilation_time_seconds_total", "dotnet.jit.compilation.time", "Time spent compiling."),
        Counter("dotnet_monitor_lock_contentions_total", "dotnet.monitor.lock_contentions", "Times that a lock was not free."),
        Gauge("dotnet_thread_pool_threads", "dotnet.thread_pool.thread.count", "Threads of the thread pool."),
        Counter("dotnet_thread_pool_work_items_total", "dotnet.thread_pool.work_item.count", "Work items done by the thread pool."),
        Gauge("dotnet_thread_pool_queue_length", "dotnet.thread_pool.queue.length", "Work items that wait for the thread pool."),
        Gauge("dotnet_timers", "dotnet.timer.count", "Timers that run."),
        Gauge("dotnet_assemblies", "dotnet.assembly.count", "Assemblies loaded."),
        Counter("dotnet_exceptions_total", "dotnet.exceptions", "Exceptions thrown, caught ones included."),
    ];

    private static MetricDescriptor Gauge(string name, string origin, string help, params (string Label, string Tag)[] labels) => Make(name, MetricType.Gauge, origin, help, labels);

    private static MetricDescriptor Counter(string name, string origin, string help, params (string Label, string Tag)[] labels) => Make(name, MetricType.Counter, origin, help, labels);

    private static MetricDescriptor Make(string name, MetricType type, string origin, string help, (string Label, string Tag)[] labels) =>
        new(name, type, help, [.. labels.Select(l => l.Label)]) { Origin = origin, OriginTags = [.. labels.Select(l => l.Tag)] };
}
