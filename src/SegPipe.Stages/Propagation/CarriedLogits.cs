using System.Runtime.InteropServices;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Models;
using SegPipe.Stages.Inference;
using SegPipe.Stages.Kernels;

namespace SegPipe.Stages.Propagation;

/// <summary>The pictures of one format: which are inferred, which wait, and what is carried over to them.</summary>
internal sealed class CarriedLogits
{
    private readonly PropagateOptions _options;
    private readonly ComponentStatus _status;
    private readonly IModelRun _run;
    private readonly TensorFormat _tensor;
    private readonly float _gain, _bias;
    private readonly LogitsWarpPlan _plan;
    private readonly BlockMotion _motion;
    private readonly float[] _logits;
    private readonly CarriedLoss _loss;
    private readonly Queue<Seen> _waiting = new();
    private readonly Stack<Seen> _spare = new();
    private Seen? _key;
    private float[] _keyCells, _nextCells;
    private Frame _newest;
    private long _pictures, _inferred;

    public CarriedLogits(PropagateOptions options, ComponentStatus status, IModelRun run, TensorFormat tensor, LogitsFormat logits, CardInput input)
    {
        (_options, _status, _run, _tensor) = (options, status, run, tensor);
        // The card's normalisation undone; networks that take bytes have none.
        (_gain, _bias) = tensor.Element == ElementType.UInt8 ? (1, 0) : ((float)(255 / input.Scale[1]), (float)(-input.Mean[1] * input.Scale[1]));
        var picture = new MotionPicture(tensor.Size);
        _spare.Push(new(picture));
        _plan = new(logits, picture);
        _motion = new(picture);
        _loss = new(_plan, options.CheckEvery);
        Output = logits with { Size = _plan.Fine };
        _logits = GC.AllocateUninitializedArray<float>(logits.FrameBytes!.Value / sizeof(float), pinned: true);
        _keyCells = new float[logits.Size.Width * logits.Size.Height * _plan.Depth];
        _nextCells = new float[_keyCells.Length];
    }

    /// <summary>What comes out: the network's logits on a grid that is fine enough for motion.</summary>
    public LogitsFormat Output { get; }

    /// <summary>Takes the next picture's tensor and emits what can be emitted.</summary>
    public async ValueTask TakeAsync(StreamPort port, Frame frame)
    {
        var seen = _spare.Count > 0 ? _spare.Pop() : new(new(_tensor.Size));
        seen.Header = frame.Header;
        seen.Picture.Fill(frame.Bytes, _tensor, _gain, _bias);
        if (IsKey(seen))
        {
            LetGo(port);
            await InferAsync(port, frame, seen).ConfigureAwait(false);
        }
        else if (_options.Direction == PropagateDirection.Forward)
        {
            Check(frame, seen);
            port.Processed(frame);
            await EmitAsync(port, seen).ConfigureAwait(false);
            _spare.Push(seen);
        }
        else
        {
            LetGo(port);
            Check(frame, seen);
            _newest = frame;
            _waiting.Enqueue(seen);
        }
    }

    /// <summary>Emits what waits: with no picture behind them, the last one is inferred.</summary>
    public async ValueTask FinishAsync(StreamPort port)
    {
        if (_newest.IsEmpty) return;
        var frame = _newest;
        _newest = default;
        var last = _waiting.Last();
        for (var i = _waiting.Count; i > 1; i--) _waiting.Enqueue(_waiting.Dequeue());
        _waiting.Dequeue();
        _loss.Drop(last);
        await InferAsync(port, frame, last).ConfigureAwait(false);
    }

    private bool IsKey(Seen seen)
    {
        _pictures++;
        if (_key is null || _options.Every == 1) return true;
        _motion.Run(seen.Picture, _key.Picture, seen.ToPast);
        _status.Note(ComponentReading.PropagateResidual, seen.ToPast.Residual);
        // Turns are told by the number, so that they do not depend on where a run began.
        return seen.Header.Sequence / _options.Every != _key.Header.Sequence / _options.Every || seen.ToPast.Residual > _options.Residual;
    }

    private void Check(Frame frame, Seen seen)
    {
        if (!_loss.IsDue()) return;
        Infer(frame);
        _loss.Keep(seen, _logits);
    }

    private void Infer(Frame frame) => _run.Run(frame.Address, Marshal.UnsafeAddrOfPinnedArrayElement(_logits, 0));

    private async ValueTask InferAsync(StreamPort port, Frame frame, Seen key)
    {
        _inferred++;
        _status.Note(ComponentReading.PropagateInferred, (double)_inferred / _pictures);
        Infer(frame);
        port.Processed(frame);
        LogitsWarp.ToCells(_plan, _logits, _nextCells);
        var distance = _waiting.Count + 1;
        for (var i = 1; i < distance; i++)
        {
            var seen = _waiting.Dequeue();
            _motion.Run(seen.Picture, key.Picture, seen.ToFuture);
            await EmitAsync(port, seen, i, distance - i).ConfigureAwait(false);
            _spare.Push(seen);
        }

        if (_key is not null) _spare.Push(_key);
        (_key, _keyCells, _nextCells) = (key, _nextCells, _keyCells);
        await EmitAsync(port, key).ConfigureAwait(false);
    }

    /// <summary>Emits a picture so many behind the last inferred one, and so many before the next; with none before, from the last one alone.</summary>
    private async ValueTask EmitAsync(StreamPort port, Seen seen, int behind = 1, int before = 0)
    {
        var output = await port.RentAsync(Output, Output.FrameBytes!.Value).ConfigureAwait(false);
        if (!output.IsEmpty) Fill(seen, behind, before, MemoryMarshal.Cast<byte, float>(output.Bytes));
        var age = (seen.Header.Pts - _key!.Header.Pts) * 1000.0 * _tensor.TimeBase.Value;
        await port.EmitAsync(output, seen.Header with { MaskAgeMs = (int)age }).ConfigureAwait(false);
    }

    private void Fill(Seen seen, int behind, int before, Span<float> output)
    {
        var past = new LogitsWarp.Source(_keyCells, ReferenceEquals(seen, _key) ? null : seen.ToPast, behind);
        if (before > 0) LogitsWarp.Run(_plan, past, new(_nextCells, seen.ToFuture, before), output);
        else LogitsWarp.Run(_plan, past, output);
        if (_loss.Compare(seen, output)) _status.Note(ComponentReading.PropagateLoss, _loss.Share);
    }

    private void LetGo(StreamPort port)
    {
        if (_newest.IsEmpty) return;
        port.Processed(_newest);
        _newest = default;
    }

    /// <summary>A picture that was seen: what motion is searched in, and what was found.</summary>
    private sealed class Seen(MotionPicture picture)
    {
        public MotionPicture Picture { get; } = picture;

        public MotionField ToPast { get; } = new(picture.Blocks);

        public MotionField ToFuture { get; } = new(picture.Blocks);

        public FrameHeader Header { get; set; }
    }
}
