using System.Diagnostics;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Benchmarks.Pipelines;

/// <summary>Emits street pictures that were rendered beforehand, and reads the process's counters at two of them.</summary>
[Source("prepared")]
[Output(PayloadKind.Picture)]
public sealed class PreparedSource(PreparedOptions options, ComponentContext context) : ISource
{
    private readonly Readings _readings = context.Shared.GetOrAdd("readings", () => new Readings());
    private readonly PreparedPictures _pictures = context.Shared.GetOrAdd("pictures", () => new PreparedPictures(new(options.Width, options.Height)));
    private readonly PictureFormat _format = new()
    {
        TimeBase = new(1, 25),
        Size = new(options.Width, options.Height),
        Color = new(ColorRange.Limited, ColorMatrix.Bt709),
        FrameCount = options.WarmUp + options.Frames,
    };

    /// <inheritdoc/>
    public Task<IReadOnlyList<Format>> OpenAsync(CancellationToken abort) => Task.FromResult<IReadOnlyList<Format>>([_format]);

    /// <inheritdoc/>
    public async Task RunAsync(OutputPort port, CancellationToken stop, CancellationToken abort)
    {
        for (var i = 0; i < options.WarmUp + options.Frames; i++)
        {
            if (i == options.WarmUp)
            {
                // What was allocated before must not be what fills the generation while it is measured.
                GC.Collect();
                _readings.First = Reading.Now();
            }
            var frame = await port.RentAsync(_format, _format.FrameBytes!.Value);
            _pictures[i].CopyTo(frame.Bytes);
            await port.EmitAsync(frame, new() { Sequence = i, Pts = i, Key = true, Captured = context.Time.GetTimestamp() });
        }
        _readings.Last = Reading.Now();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}

/// <summary>Options of <see cref="PreparedSource"/>.</summary>
public sealed record PreparedOptions : SourceOptions
{
    /// <summary>Columns.</summary>
    public int Width { get; init; } = 2048;

    /// <summary>Rows.</summary>
    public int Height { get; init; } = 1024;

    /// <summary>Frames before the first reading.</summary>
    public int WarmUp { get; init; } = 500;

    /// <summary>Frames between the readings.</summary>
    public int Frames { get; init; } = 2000;
}

/// <summary>What the process has allocated, collected and worked so far.</summary>
public sealed record Reading(long Bytes, int Gen0, TimeSpan Cpu, long Timestamp)
{
    /// <summary>Reads now.</summary>
    public static Reading Now() => new(
        GC.GetTotalAllocatedBytes(precise: true), GC.CollectionCount(0), Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.GetTimestamp());
}

/// <summary>The two readings of a run.</summary>
public sealed class Readings
{
    /// <summary>At the first measured frame.</summary>
    public Reading? First { get; set; }

    /// <summary>Behind the last one.</summary>
    public Reading? Last { get; set; }
}
