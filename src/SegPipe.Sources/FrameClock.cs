using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Sources;

/// <summary>Times for pictures that a source makes or finds: one tick each, from zero.</summary>
internal sealed class FrameClock(TimeProvider time, double fps)
{
    // 29.97 and its like are kept to a thousandth.
    private const int Fine = 1000;

    /// <summary>Seconds a tick.</summary>
    public Rational TimeBase { get; } = fps == Math.Floor(fps) ? new(1, (long)fps) : new Rational(Fine, (long)Math.Round(fps * Fine)).Reduced;

    /// <summary>Pictures a second.</summary>
    public Rational FrameRate => new(TimeBase.Den, TimeBase.Num);

    /// <summary>The header of a picture.</summary>
    public FrameHeader Header(long number) => new()
    {
        Sequence = number,
        Pts = number,
        Duration = 1,
        WallTicks = time.GetUtcNow().UtcTicks,
        Captured = time.GetTimestamp(),
        Key = true,
    };

    /// <summary>Fills and emits one picture or class map.</summary>
    public static async ValueTask EmitAsync(OutputPort port, Format format, FrameHeader header, ReadOnlyMemory<byte> bytes, int output = 0)
    {
        var frame = await port.RentAsync(format, bytes.Length, output).ConfigureAwait(false);
        if (!frame.IsEmpty) bytes.Span.CopyTo(frame.Bytes);
        await port.EmitAsync(frame, header, output).ConfigureAwait(false);
    }
}
