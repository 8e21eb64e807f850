using System.Diagnostics;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Benchmarks.Pipelines;

/// <summary>Emits the first pictures of a clip from memory, so that an encoder is measured without a decoder beside it.</summary>
[Source("replayed")]
[Output(PayloadKind.Picture)]
public sealed class ReplayedSource(ReplayedOptions options, ComponentContext context) : ISource
{
    private readonly PictureFormat _format = new()
    {
        TimeBase = new(1, 25),
        FrameRate = new(25, 1),
        Size = new(options.Width, options.Height),
        Color = new(ColorRange.Limited, ColorMatrix.Bt709),
    };

    private byte[] _pictures = [];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Format>> OpenAsync(CancellationToken abort)
    {
        using var child = Process.Start(new ProcessStartInfo(
            "ffmpeg", ["-v", "error", "-nostdin", "-i", options.Path, "-frames:v", $"{options.Frames}", "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"])
        { RedirectStandardOutput = true })!;
        using var all = new MemoryStream();
        await child.StandardOutput.BaseStream.CopyToAsync(all, abort);
        _pictures = all.ToArray();
        return [_format];
    }

    /// <inheritdoc/>
    public async Task RunAsync(OutputPort port, CancellationToken stop, CancellationToken abort)
    {
        var bytes = _format.FrameBytes!.Value;
        for (var i = 0; i < _pictures.Length / bytes; i++)
        {
            var frame = await port.RentAsync(_format, bytes);
            _pictures.AsSpan(i * bytes, bytes).CopyTo(frame.Bytes);
            await port.EmitAsync(frame, new() { Sequence = i, Pts = i, Duration = 1, Key = true, Captured = context.Time.GetTimestamp() });
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}

/// <summary>Options of <see cref="ReplayedSource"/>.</summary>
public sealed record ReplayedOptions : SourceOptions
{
    /// <summary>The clip.</summary>
    [InputPath]
    public required string Path { get; init; }

    /// <summary>Columns.</summary>
    public int Width { get; init; } = 2048;

    /// <summary>Rows.</summary>
    public int Height { get; init; } = 1024;

    /// <summary>Pictures.</summary>
    public int Frames { get; init; } = 100;
}
