using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Runtime;

internal sealed record BurstOptions : SourceOptions
{
    public int Frames { get; init; } = 10;

    public int FailAt { get; init; } = -1;

    /// <summary>The picture from which on the pictures have another size.</summary>
    public int LargerFrom { get; init; } = int.MaxValue;

    /// <summary>The picture from which on the class maps have other classes.</summary>
    public int OtherClassesFrom { get; init; } = int.MaxValue;
}

/// <summary>Emits numbered pictures and class maps as fast as they are taken.</summary>
[Source("burst")]
[Output(PayloadKind.Picture, Name = "picture")]
[Output(PayloadKind.Labels, Name = "labels", Index = 1)]
internal sealed class BurstSource(BurstOptions options, ComponentContext context) : ISource
{
    private static readonly Rational Tick = new(1, 25);
    private readonly PictureFormat _picture = new() { TimeBase = Tick, Size = new(6, 4), Color = new(ColorRange.Limited, ColorMatrix.Bt709), FrameCount = options.Frames };
    private readonly LabelsFormat _labels = new() { TimeBase = Tick, Size = new(6, 4), Classes = new([new(0, "a", "#000000"), new(1, "b", "#ffffff")]) };

    public Task<IReadOnlyList<Format>> OpenAsync(CancellationToken abort) => Task.FromResult<IReadOnlyList<Format>>([_picture, _labels]);

    public async Task RunAsync(OutputPort port, CancellationToken stop, CancellationToken abort)
    {
        var larger = _picture with { Size = new(8, 4) };
        var other = _labels with { Classes = new([new(0, "other", "#000000")]) };
        for (var i = 0; i < options.Frames && !stop.IsCancellationRequested; i++)
        {
            if (i == options.FailAt) throw new SegPipeException(ExitCode.InputUnusable, "The burst broke off.");
            var header = new FrameHeader { Sequence = i, Pts = i, Key = true, Captured = context.Time.GetTimestamp() };
            Format[] formats = [i < options.LargerFrom ? _picture : larger, i < options.OtherClassesFrom ? _labels : other];
            for (var o = 0; o < formats.Length; o++)
            {
                var frame = await port.RentAsync(formats[o], formats[o].FrameBytes!.Value, o);
                if (!frame.IsEmpty) frame.Bytes.Fill((byte)i);
                await port.EmitAsync(frame, header, o);
            }
        }
    }

    public ValueTask DisposeAsync() => default;
}

internal sealed record AbsentOptions : SourceOptions;

/// <summary>A camera that is never there.</summary>
[Source("absent", Live = true)]
[Output(PayloadKind.Picture)]
internal sealed class AbsentSource(AbsentOptions options) : ISource
{
    public async Task<IReadOnlyList<Format>> OpenAsync(CancellationToken abort)
    {
        await new TaskCompletionSource().Task.WaitAsync(abort);
        throw new InvalidOperationException($"{options} was there.");
    }

    public Task RunAsync(OutputPort port, CancellationToken stop, CancellationToken abort) => throw new InvalidOperationException("It never opened.");

    public ValueTask DisposeAsync() => default;
}

internal sealed record TouchOptions : StageOptions
{
    public int FailEvery { get; init; }

    public int Spin { get; init; }
}

/// <summary>Copies a picture, adding one to every byte; fails on every n-th.</summary>
[Stage("touch")]
[Input(PayloadKind.Picture)]
[Output(PayloadKind.Picture)]
internal sealed class TouchStage(TouchOptions options) : IStage
{
    public Format Negotiate(Format input) => (PictureFormat)input with { };

    public void Process(Frame input, WritableFrame output)
    {
        Thread.SpinWait(options.Spin * 100);
        if (options.FailEvery > 0 && input.Header.Sequence % options.FailEvery == options.FailEvery - 1)
            throw new SegPipeException(ExitCode.PipelineFailed, $"Frame {input.Header.Sequence} was refused.");
        for (var i = 0; i < input.Length; i++) output.Bytes[i] = (byte)(input.Bytes[i] + 1);
    }
}

internal sealed record RegroupOptions : StageOptions
{
    public int Hold { get; init; } = 3;

    public int LoseEvery { get; init; }
}

/// <summary>Holds some pictures back, as a codec does, and loses every n-th.</summary>
[Stage("regroup", LatencyFrames = 4)]
[Input(PayloadKind.Picture)]
[Output(PayloadKind.Picture)]
internal sealed class RegroupStage(RegroupOptions options) : IStreamStage
{
    private PictureFormat? _format;

    public Format Negotiate(Format input) => _format = (PictureFormat)input with { };

    public async Task RunAsync(StreamPort port, CancellationToken abort)
    {
        var waiting = new Queue<FrameHeader>();
        while (await port.TakeAsync() is { IsEmpty: false } frame)
        {
            waiting.Enqueue(frame.Header);
            port.Processed(frame);
            if (waiting.Count > options.Hold) await EmitAsync(port, waiting.Dequeue());
        }
        // An aborted codec has lost what it held.
        while (waiting.TryDequeue(out var header) && !abort.IsCancellationRequested) await EmitAsync(port, header);
    }

    public ValueTask DisposeAsync() => default;

    private async Task EmitAsync(StreamPort port, FrameHeader header)
    {
        if (options.LoseEvery > 0 && header.Sequence % options.LoseEvery == 0)
        {
            port.Count(header.Sequence % 2 == 0 ? StreamLoss.Lost : StreamLoss.NotShown);
            port.Settle(header.Sequence);
            return;
        }
        var frame = await port.RentAsync(_format!, _format!.FrameBytes!.Value);
        if (!frame.IsEmpty) frame.Bytes.Fill((byte)header.Sequence);
        await port.EmitAsync(frame, header);
    }
}

internal sealed record OutlineOptions : StageOptions;

/// <summary>Makes a class map of a picture.</summary>
[Stage("outline")]
[Input(PayloadKind.Picture)]
[Output(PayloadKind.Labels)]
internal sealed class OutlineStage(OutlineOptions options) : IStage
{
    public Format Negotiate(Format input) => new LabelsFormat
    {
        TimeBase = input.TimeBase,
        Size = ((PictureFormat)input).Size,
        Classes = new([new(0, options.From[0].Id, "#000000")]),
    };

    public void Process(Frame input, WritableFrame output) => input.Bytes[..output.Length].CopyTo(output.Bytes);
}

internal sealed record PairOptions : StageOptions
{
    public WhenMissing WhenMissing { get; init; }

    public int FailEvery { get; init; }
}

/// <summary>Joins a picture and its class map; the first byte of each must agree unless an older map is held.</summary>
[Stage("pair")]
[Input(PayloadKind.Picture)]
[Input(PayloadKind.Labels, Index = 1)]
[Output(PayloadKind.Picture)]
internal sealed class PairStage(PairOptions options) : ICombine
{
    public WhenMissing WhenMissing => options.WhenMissing;

    public Format Negotiate(IReadOnlyList<Format> inputs) => (PictureFormat)inputs[0] with { };

    public void Process(ReadOnlySpan<Frame> inputs, WritableFrame output)
    {
        var number = inputs[0].Header.Sequence;
        if (WhenMissing != WhenMissing.Hold && !inputs[1].IsEmpty && inputs[1].Header.Sequence != number)
            throw new InvalidOperationException("Strangers were paired.");
        if (options.FailEvery > 0 && number % options.FailEvery == options.FailEvery - 1)
            throw new SegPipeException(ExitCode.PipelineFailed, $"Pair {number} was refused.");
        inputs[0].Bytes.CopyTo(output.Bytes);
    }
}

internal sealed record CollectOptions : SinkOptions
{
    public int FailEvery { get; init; }

    public int YieldEvery { get; init; }
}

/// <summary>Notes the numbers that arrive; slow or failing if asked.</summary>
[Sink("collect")]
[Input(PayloadKind.Picture, PayloadKind.Labels)]
internal sealed class CollectSink(CollectOptions options, ComponentContext context) : ISink
{
    private readonly Collected _collected = context.Shared.GetOrAdd(context.Id, () => new Collected());

    public Task OpenAsync(Format format, CancellationToken abort)
    {
        _collected.Formats.Add(format);
        return Task.CompletedTask;
    }

    public async ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        if (options.YieldEvery > 0 && frame.Header.Sequence % options.YieldEvery == 0) await Task.Yield();
        if (options.FailEvery > 0 && frame.Header.Sequence % options.FailEvery == options.FailEvery - 1)
            throw new SegPipeException(ExitCode.IoError, $"Frame {frame.Header.Sequence} was not written.");
        _collected.Headers.Add(frame.Header);
        _collected.FirstBytes.Add(frame.Bytes[0]);
    }

    public Task CompleteAsync(CancellationToken abort)
    {
        _collected.Completed = true;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _collected.Disposed = true;
        return default;
    }
}

/// <summary>What a <see cref="CollectSink"/> saw; outlives it.</summary>
internal sealed class Collected
{
    public List<FrameHeader> Headers { get; } = [];

    public List<byte> FirstBytes { get; } = [];

    public List<Format> Formats { get; } = [];

    public bool Completed { get; set; }

    public bool Disposed { get; set; }
}
