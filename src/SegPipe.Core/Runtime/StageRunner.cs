using System.Runtime.CompilerServices;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Runtime;

/// <summary>Runs the copies of a pure stage side by side; results leave in the order in which the frames came.</summary>
internal sealed class StageRunner(Node node, RunState run) : IDisposable
{
    private readonly int _workers = ((StageOptions)node.Definition.Options).Workers;
    private readonly SemaphoreSlim _take = new(1);
    private IStage[] _copies = [];
    private Turnstile? _turns;
    private long _tickets;

    public void Negotiate()
    {
        _copies = [.. Enumerable.Range(0, _workers).Select(_ => node.Create<IStage>())];
        if (_workers > 1) _turns = new(_workers);
        var input = node.Upstream[0].Format;
        foreach (var copy in _copies) node.Outlets[0].Mark(input, copy.Negotiate(input), input);
    }

    public async Task RunAsync()
    {
        await Task.WhenAll(_copies.Select(stage => Task.Run(() => WorkAsync(stage)))).ConfigureAwait(false);
    }

    public void Dispose()
    {
        foreach (var copy in _copies) (copy as IDisposable)?.Dispose();
        _take.Dispose();
    }

    private async Task WorkAsync(IStage stage)
    {
        Format? current = node.Upstream[0].Format;
        var output = node.Outlets[0].Format;
        while (true)
        {
            if (_turns is not null) await _take.WaitAsync().ConfigureAwait(false);
            Arrival arrival;
            while ((arrival = node.Inputs[0].TryTake()).Kind == ArrivalKind.None) await node.Arrived.WaitAsync().ConfigureAwait(false);
            var ticket = _tickets;
            if (arrival.Kind != ArrivalKind.End) _tickets++;
            if (arrival.Kind == ArrivalKind.Frame) node.Counters.Take(0);
            if (_turns is not null) _take.Release();
            if (arrival.Kind == ArrivalKind.End) break;
            var frame = arrival.Frame;
            var result = default(Frame);
            var processed = false;
            try
            {
                if (arrival.Kind == ArrivalKind.Frame)
                {
                    if (!ReferenceEquals(frame.Format, current))
                    {
                        current = null;
                        output = node.Outlets[0].Mark(frame.Format, stage.Negotiate(frame.Format), frame.Format);
                        current = frame.Format;
                    }
                    result = await ProcessAsync(stage, frame, output).ConfigureAwait(false);
                    processed = true;
                }
            }
            catch (OperationCanceledException) when (run.Abort.IsCancellationRequested)
            {
                node.Counters.Abandon(0);
            }
            catch (Exception failure)
            {
                run.FailFrame(node, 0, frame.Header.Sequence, failure);
            }
            frame.Dispose();
            if (_turns is not null) await _turns.WaitAsync(ticket).ConfigureAwait(false);
            if (processed) node.Counters.Process(0);
            if (!processed) node.Outlets[0].Settle(arrival.Sequence);
            else if (result.IsEmpty) node.Outlets[0].EmitNothing(arrival.Sequence);
            else
            {
                node.Outlets[0].Begin(result);
                while (!node.Outlets[0].TryFinish()) await node.Outlets[0].Room.WaitAsync().ConfigureAwait(false);
            }
            _turns?.Next(ticket);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Frame> ProcessAsync(IStage stage, Frame frame, Format output)
    {
        var buffer = await node.Outlets[0].RentAsync(output, output.FrameBytes!.Value).ConfigureAwait(false);
        if (buffer.IsEmpty) return default;
        try
        {
            run.Abort.ThrowIfCancellationRequested();
            var start = run.Time.GetTimestamp();
            stage.Process(frame, buffer);
            var end = run.Time.GetTimestamp();
            node.Counters.AddBusy(end - start);
            node.Counters.Processing.Add(run.Time.GetElapsedTime(start, end));
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
        return buffer.Seal(frame.Header);
    }
}

/// <summary>Lets holders of rising tickets through one after the other; at most as many wait as there are places.</summary>
internal sealed class Turnstile
{
    private readonly SemaphoreSlim[] _places;

    public Turnstile(int places)
    {
        _places = [.. Enumerable.Range(0, places).Select(i => new SemaphoreSlim(i == 0 ? 1 : 0))];
    }

    public Task WaitAsync(long ticket) => _places[ticket % _places.Length].WaitAsync();

    public void Next(long ticket) => _places[(ticket + 1) % _places.Length].Release();
}
