using System.Runtime.CompilerServices;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Runtime;

/// <summary>
/// Pairs the inputs of a combine by number. The first input paces: every frame of it is processed, failed, or, under
/// <see cref="WhenMissing.Wait"/>, unmatched.
/// </summary>
internal sealed class CombineRunner(Node node, RunState run) : IDisposable
{
    private readonly Frame[] _heads = new Frame[node.Inputs.Length];
    private readonly Frame[] _partners = new Frame[node.Inputs.Length];
    private readonly bool[] _used = new bool[node.Inputs.Length];
    private readonly Format?[] _formats = new Format?[node.Inputs.Length];
    private ICombine? _combine;
    private Format? _output;

    public void Negotiate()
    {
        _combine = node.Create<ICombine>();
        Renegotiate([.. node.Upstream.Select(u => u.Format)]);
    }

    public async Task RunAsync()
    {
        while ((_heads[0] = await TakeAsync(0).ConfigureAwait(false)) is { IsEmpty: false })
        {
            var matched = true;
            for (var i = 1; i < _heads.Length; i++) matched &= await FindPartnerAsync(i).ConfigureAwait(false);
            if (matched || _combine!.WhenMissing != WhenMissing.Wait) await ProcessAsync().ConfigureAwait(false);
            else node.Counters.Unmatch(0);
            Release(0);
        }
        for (var i = 1; i < _heads.Length; i++)
        {
            do
            {
                if (!_heads[i].IsEmpty) Retire(i);
                _heads[i] = await TakeAsync(i).ConfigureAwait(false);
            }
            while (!_heads[i].IsEmpty);
        }
    }

    public void Dispose() => (_combine as IDisposable)?.Dispose();

    /// <summary>Moves an input on to the frame that belongs to the first input's, and says whether there is one.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FindPartnerAsync(int input)
    {
        var wanted = _heads[0].Header.Sequence;
        if (_combine!.WhenMissing == WhenMissing.Hold)
        {
            while ((_heads[input].IsEmpty || _heads[input].Header.Sequence < wanted) && node.Inputs[input].TryTake(out var newer))
            {
                node.Counters.Take(input);
                if (!_heads[input].IsEmpty) Retire(input);
                _heads[input] = newer;
            }
            return !_heads[input].IsEmpty;
        }
        while (_heads[input].IsEmpty || _heads[input].Header.Sequence < wanted)
        {
            if (!_heads[input].IsEmpty) Retire(input);
            _heads[input] = await TakeAsync(input).ConfigureAwait(false);
            if (_heads[input].IsEmpty) return false;
        }
        return _heads[input].Header.Sequence == wanted;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ProcessAsync()
    {
        var header = _heads[0].Header;
        var partners = _partners;
        Array.Clear(partners);
        partners[0] = _heads[0];
        var hold = _combine!.WhenMissing == WhenMissing.Hold;
        var age = TimeSpan.Zero;
        for (var i = 1; i < _heads.Length; i++)
        {
            if (_heads[i].IsEmpty || (!hold && _heads[i].Header.Sequence != header.Sequence)) continue;
            partners[i] = _heads[i];
            var own = run.Time.GetElapsedTime(_heads[i].Header.Captured, header.Captured);
            if (own > age) age = own;
        }
        var result = default(Frame);
        try
        {
            if (Changed(partners)) Renegotiate([.. partners.Select((p, i) => p.IsEmpty ? _formats[i]! : p.Format)]);
            var buffer = await node.Outlets[0].RentAsync(_output!, _output!.FrameBytes!.Value).ConfigureAwait(false);
            if (!buffer.IsEmpty) result = Fill(partners, buffer, header with { MaskAgeMs = (int)age.TotalMilliseconds });
        }
        catch (OperationCanceledException) when (run.Abort.IsCancellationRequested)
        {
            node.Counters.Abandon(0);
            return;
        }
        catch (Exception failure)
        {
            run.FailFrame(node, 0, header.Sequence, failure);
            return;
        }
        for (var i = 1; i < partners.Length; i++) _used[i] |= !partners[i].IsEmpty;
        node.Counters.Process(0);
        if (result.IsEmpty) node.Outlets[0].EmitNothing();
        else await node.Outlets[0].EmitAsync(result).ConfigureAwait(false);
    }

    private Frame Fill(ReadOnlySpan<Frame> partners, WritableFrame buffer, FrameHeader header)
    {
        try
        {
            run.Abort.ThrowIfCancellationRequested();
            var start = run.Time.GetTimestamp();
            _combine!.Process(partners, buffer);
            var end = run.Time.GetTimestamp();
            node.Counters.AddBusy(end - start);
            node.Counters.Processing.Add(run.Time.GetElapsedTime(start, end));
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
        return buffer.Seal(header);
    }

    private bool Changed(ReadOnlySpan<Frame> partners)
    {
        for (var i = 0; i < partners.Length; i++)
            if (!partners[i].IsEmpty && !ReferenceEquals(partners[i].Format, _formats[i])) return true;
        return false;
    }

    private void Renegotiate(Format[] inputs)
    {
        var raw = _combine!.Negotiate(inputs);
        _output = node.Outlets[0].Mark(raw, raw, inputs);
        inputs.CopyTo(_formats, 0);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Frame> TakeAsync(int input)
    {
        var frame = await node.Inputs[input].TakeAsync().ConfigureAwait(false);
        if (!frame.IsEmpty) node.Counters.Take(input);
        return frame;
    }

    /// <summary>Lets go of a partner for good, counted by whether it was ever used.</summary>
    private void Retire(int input)
    {
        if (_used[input]) node.Counters.Process(input);
        else if (run.Abort.IsCancellationRequested) node.Counters.Abandon(input);
        else node.Counters.Unmatch(input);
        _used[input] = false;
        Release(input);
    }

    private void Release(int input)
    {
        _heads[input].Dispose();
        _heads[input] = default;
    }
}
