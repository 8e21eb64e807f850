using System.Runtime.CompilerServices;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Runtime;

/// <summary>The runtime's side of a component that paces itself.</summary>
internal sealed class Port(Node node) : StreamPort
{
    private readonly HashSet<Frame> _held = [];

    public override ValueTask<WritableFrame> RentAsync(Format format, int bytes, int output = 0)
    {
        var outlet = node.Outlets[output];
        var marked = node.Upstream.Length == 0 ? outlet.Mark(format, format) : outlet.Mark(format, format, node.Upstream[0].Format);
        return outlet.RentAsync(marked, bytes);
    }

    public override ValueTask EmitAsync(WritableFrame frame, FrameHeader header, int output = 0)
    {
        var outlet = node.Outlets[output];
        node.Counters.Part?.Note(header);
        if (!frame.IsEmpty)
        {
            if (node.Inputs.Length == 0) Note(frame, header);
            return outlet.EmitAsync(frame.Seal(header));
        }
        outlet.EmitNothing(header.Sequence);
        return default;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<Frame> TakeAsync()
    {
        var frame = await node.Inputs[0].TakeAsync().ConfigureAwait(false);
        if (frame.IsEmpty) return frame;
        node.Counters.Take(0);
        lock (_held) _held.Add(frame);
        return frame;
    }

    public override void Processed(Frame frame)
    {
        lock (_held)
        {
            if (!_held.Remove(frame)) throw new InvalidOperationException($"'{node.Id}' gave back a frame that it did not take.");
        }
        frame.Dispose();
        node.Counters.Process(0);
    }

    public override void Count(StreamLoss loss, long frames = 1)
    {
        if (loss == StreamLoss.NotShown) node.Counters.AddNotShown(frames);
        else node.Counters.AddLost(frames);
    }

    public override void Count(StreamLoss loss, in FrameHeader header)
    {
        node.Counters.Part?.Note(loss, header.Pts);
        Count(loss);
    }

    public override void Settle(long sequence) => node.Outlets[0].Settle(sequence);

    /// <summary>Measures what a source brings in.</summary>
    private void Note(WritableFrame frame, FrameHeader header)
    {
        node.Lag?.Note(header, frame.Format.TimeBase);
        if (frame.Format is PacketsFormat) node.Context.Status.CountReceived(frame.Bytes.Length);
    }

    /// <summary>Gives back what the component did not, and what it left on its edge.</summary>
    public async Task AbandonAsync()
    {
        lock (_held)
        {
            foreach (var frame in _held)
            {
                frame.Dispose();
                node.Counters.Abandon(0);
            }
            _held.Clear();
        }
        if (node.Inputs.Length == 0) return;
        while (await node.Inputs[0].TakeAsync().ConfigureAwait(false) is { IsEmpty: false } rest)
        {
            node.Counters.Take(0);
            node.Counters.Abandon(0);
            rest.Dispose();
        }
    }
}
