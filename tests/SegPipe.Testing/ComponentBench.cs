using Microsoft.Extensions.Logging.Abstractions;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Frames;

namespace SegPipe.Testing;

/// <summary>What a component needs to be tried on its own: a context, a pool, a folder; it fails where a buffer was not given back.</summary>
public sealed class ComponentBench : IAsyncDisposable
{
    private readonly FramePool _pool = new(1L << 30, trace: true);
    private readonly RentAccount _account = new();
    private readonly TemporaryFolder _folder = new();

    /// <summary>The entries of <c>models</c>.</summary>
    public Dictionary<string, ModelOptions> Models { get; } = [];

    /// <summary>What components share.</summary>
    public SharedResources Shared { get; } = new();

    /// <summary>The folder that outputs stay under.</summary>
    public string Folder => _folder.Path;

    /// <summary>The context of a component.</summary>
    public ComponentContext Context(string id = "it") => new()
    {
        Id = id,
        Stream = "main",
        Time = TimeProvider.System,
        Log = NullLogger.Instance,
        Models = Models,
        Limits = new LimitsOptions { Threads = 1 },
        Shared = Shared,
        OutputRoot = Folder,
    };

    /// <summary>A buffer to be filled.</summary>
    public WritableFrame Rent(Format format, int? bytes = null) => _pool.TryRent(format, bytes ?? format.FrameBytes!.Value, _account);

    /// <summary>A frame with this content.</summary>
    public Frame Frame(Format format, FrameHeader header, ReadOnlySpan<byte> bytes)
    {
        var frame = Rent(format, bytes.Length);
        bytes.CopyTo(frame.Bytes);
        return frame.Seal(header);
    }

    /// <summary>Runs a pure stage on one frame and gives what it put out.</summary>
    public byte[] Process(IStage stage, Frame input, Format output)
    {
        var frame = Rent(output);
        try
        {
            stage.Process(input, frame);
            return frame.Bytes.ToArray();
        }
        finally
        {
            frame.Dispose();
        }
    }

    /// <summary>Runs a source to its end, or until it has emitted so many frames, and gives copies of them.</summary>
    public async Task<IReadOnlyList<EmittedFrame>> RunAsync(ISource source, int atMost = int.MaxValue)
    {
        using var stop = new CancellationTokenSource();
        var port = new CollectingPort(_pool, atMost, stop);
        await source.RunAsync(port, stop.Token, CancellationToken.None);
        return port.Frames;
    }

    /// <summary>Runs a stream stage over frames, which it takes over, and gives copies of what it put out.</summary>
    public async Task<IReadOnlyList<EmittedFrame>> RunAsync(IStreamStage stage, IEnumerable<Frame> frames)
    {
        var port = new CollectingPort(_pool, int.MaxValue, null) { Input = new(frames) };
        await stage.RunAsync(port, CancellationToken.None);
        if (port.Input.Count > 0 || port.Taken.Count > 0) throw new InvalidOperationException($"{port.Input.Count} frames were left and {port.Taken.Count} not given back.");
        return port.Frames;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Shared.DisposeAsync();
        _folder.Dispose();
        var leaks = _pool.Leaks;
        _pool.Dispose();
        if (leaks.Count > 0) throw new InvalidOperationException($"Buffers were not given back: {string.Join("\n", leaks)}");
    }

    private sealed class CollectingPort(FramePool pool, int atMost, CancellationTokenSource? stop) : StreamPort
    {
        private readonly RentAccount _account = new();

        public List<EmittedFrame> Frames { get; } = [];

        public Queue<Frame> Input { get; init; } = [];

        public HashSet<Frame> Taken { get; } = [];

        public override ValueTask<WritableFrame> RentAsync(Format format, int bytes, int output = 0) =>
            pool.RentAsync(format, bytes, _account, CancellationToken.None);

        public override ValueTask EmitAsync(WritableFrame frame, FrameHeader header, int output = 0)
        {
            Frames.Add(new(output, frame.Format, header, frame.Bytes.ToArray()));
            frame.Dispose();
            if (Frames.Count >= atMost) stop?.Cancel();
            return ValueTask.CompletedTask;
        }

        public override ValueTask<Frame> TakeAsync()
        {
            if (Input.TryDequeue(out var frame)) Taken.Add(frame);
            return new(frame);
        }

        public override void Processed(Frame frame)
        {
            if (!Taken.Remove(frame)) throw new InvalidOperationException("A frame was given back that was not taken.");
            frame.Dispose();
        }

        public override void Count(StreamLoss loss, long frames = 1)
        {
        }

        public override void Settle(long sequence)
        {
        }
    }
}

/// <summary>A copy of a frame that a source put out.</summary>
public sealed record EmittedFrame(int Output, Format Format, FrameHeader Header, byte[] Bytes);
