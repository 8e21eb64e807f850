using System.Runtime.CompilerServices;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Runtime;

/// <summary>
/// Pairs the inputs of a combine by number. The first input paces: every frame of it is processed, failed, or, under
/// <see cref="WhenMissing.Wait"/>, unmatched. It never waits for a partner while another input's edge fills up with frames that
/// are known to have none.
/// </summary>
internal sealed class CombineRunner(Node node, RunState run) : IDisposable
{
    private readonly Frame[] _heads = new Frame[node.Inputs.Length];
    private readonly Frame[] _partners = new Frame[node.Inputs.Length];
    private readonly long[] _known = [.. node.Inputs.Select(_ => -1L)];
    private readonly bool[] _used = new bool[node.Inputs.Length];
    private readonly Format?[] _formats = new Format?[node.Inputs.Length];
    private ICombine? _combine;
    private Format? _output, _raw;

    public void Negotiate()
    {
        _combine = node.Create<ICombine>();
        Renegotiate([.. node.Upstream.Select(u => u.Format)]);
    }

    public async Task RunAsync()
    {
        while (true)
        {
            Advance(0);
            for (var i = 1; i < _heads.Length; i++) DiscardStrangers(i);
            if (!_heads[0].IsEmpty && PartnersKnown())
            {
                if (_combine!.WhenMissing != WhenMissing.Wait || AllMatch())
                {
                    var result = await ProcessAsync().ConfigureAwait(false);
                    if (!result.IsEmpty) node.Outlets[0].Begin(result);
                    while (!result.IsEmpty && !node.Outlets[0].TryFinish()) await node.Outlets[0].Room.WaitAsync().ConfigureAwait(false);
                }
                else
                {
                    node.Counters.Unmatch(0);
                    node.Outlets[0].Settle(_heads[0].Header.Sequence);
                }
                Release(0);
                continue;
            }
            if (_known[0] == long.MaxValue && _heads[0].IsEmpty && Ended()) break;
            // What was lost before the waiting frame is told at once: those below may have to go on for its partner to come.
            node.Outlets[0].Settle(_heads[0].IsEmpty ? Math.Min(_known[0], long.MaxValue - 1) : _heads[0].Header.Sequence - 1);
            await node.Arrived.WaitAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => (_combine as IDisposable)?.Dispose();

    /// <summary>Fills an input's empty place from its edge, and notes up to which number everything of it is known.</summary>
    private void Advance(int input)
    {
        while (_heads[input].IsEmpty)
        {
            var arrival = node.Inputs[input].TryTake();
            if (arrival.Kind == ArrivalKind.None) return;
            _known[input] = arrival.Sequence;
            if (arrival.Kind == ArrivalKind.End) return;
            if (arrival.Kind != ArrivalKind.Frame) continue;
            node.Counters.Take(input);
            _heads[input] = arrival.Frame;
        }
    }

    /// <summary>Lets go of a partner's frames that can belong to no frame of the first input any more, so that its edge never fills up with them.</summary>
    private void DiscardStrangers(int input)
    {
        Advance(input);
        if (_combine!.WhenMissing == WhenMissing.Hold)
        {
            while (node.Inputs[input].TryTake() is { Kind: ArrivalKind.Frame or ArrivalKind.Gap } newer)
            {
                if (newer.Kind == ArrivalKind.Gap) continue;
                node.Counters.Take(input);
                if (!_heads[input].IsEmpty) Retire(input);
                _heads[input] = newer.Frame;
            }
            if (_known[0] != long.MaxValue || !_heads[0].IsEmpty || _heads[input].IsEmpty) return;
            Retire(input);
            Advance(input);
            return;
        }
        var least = _heads[0].IsEmpty ? _known[0] == long.MaxValue ? long.MaxValue : _known[0] + 1 : _heads[0].Header.Sequence;
        while (!_heads[input].IsEmpty && _heads[input].Header.Sequence < least)
        {
            Retire(input);
            Advance(input);
        }
    }

    /// <summary>Whether each partner of the waiting frame is there, or will never come.</summary>
    private bool PartnersKnown()
    {
        if (_combine!.WhenMissing == WhenMissing.Hold) return true;
        for (var i = 1; i < _heads.Length; i++)
            if (_heads[i].IsEmpty && _known[i] < _heads[0].Header.Sequence) return false;
        return true;
    }

    private bool AllMatch()
    {
        for (var i = 1; i < _heads.Length; i++)
            if (_heads[i].IsEmpty || _heads[i].Header.Sequence != _heads[0].Header.Sequence) return false;
        return true;
    }

    private bool Ended()
    {
        for (var i = 1; i < _heads.Length; i++)
            if (!_heads[i].IsEmpty || _known[i] != long.MaxValue) return false;
        return true;
    }

    /// <summary>Processes what waits; gives the frame to be emitted, or an empty one where there is none.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Frame> ProcessAsync()
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
            return default;
        }
        catch (Exception failure)
        {
            run.FailFrame(node, 0, header.Sequence, failure);
            node.Outlets[0].Settle(header.Sequence);
            return default;
        }
        for (var i = 1; i < partners.Length; i++) _used[i] |= !partners[i].IsEmpty;
        if (hold) node.Counters.MaskAge.Add(age);
        node.Counters.Process(0);
        if (result.IsEmpty) node.Outlets[0].EmitNothing(header.Sequence);
        return result;
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
        // A partner's new format alone, such as that of the first map that is held, begins no epoch below.
        if (raw != _raw) _output = node.Outlets[0].Mark(raw, raw, inputs);
        _raw = raw;
        inputs.CopyTo(_formats, 0);
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
