using System.Runtime.InteropServices;

namespace SegPipe.Stages.Inference;

/// <summary>
/// Puts the inferences of several streams together. Each stage has one request at most and waits for it, and requests are served in the
/// order in which they came: so a fast camera cannot starve a slow one.
/// </summary>
internal sealed class BatchQueue : IDisposable
{
    private const int Alignment = 64;
    private readonly object _gate = new();
    private readonly Queue<Request> _waiting = new();
    private readonly List<Request> _batch;
    private readonly Func<int, IModelRun> _makeRun;
    private readonly IModelRun?[] _runs;
    private readonly int _max, _inputBytes, _outputBytes;
    private readonly TimeSpan _wait;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private nint _inputs, _outputs;
    private bool _closed;

    /// <summary>Starts the queue's thread.</summary>
    /// <param name="max">Most pictures of one inference, from 2.</param>
    /// <param name="wait">How long the first picture waits for others.</param>
    /// <param name="inputBytes">Bytes of one input.</param>
    /// <param name="outputBytes">Bytes of one output.</param>
    /// <param name="makeRun">Makes a run for a number of pictures.</param>
    /// <param name="time">The clock.</param>
    public BatchQueue(int max, TimeSpan wait, int inputBytes, int outputBytes, Func<int, IModelRun> makeRun, TimeProvider time)
    {
        (_max, _wait, _inputBytes, _outputBytes, _makeRun, _time) = (max, wait, inputBytes, outputBytes, makeRun, time);
        _runs = new IModelRun?[max + 1];
        _batch = new(max);
        _thread = new(Serve) { IsBackground = true, Name = "batches" };
        _thread.Start();
    }

    /// <summary>Inferences so far, and the pictures in them.</summary>
    public (long Inferences, long Pictures) Served { get; private set; }

    /// <summary>A stage's place in the queue.</summary>
    public IModelRun CreatePlace() => new Request(this);

    public unsafe void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
        _thread.Join();
        NativeMemory.AlignedFree((void*)_inputs);
        NativeMemory.AlignedFree((void*)_outputs);
    }

    private void Serve()
    {
        while (Collect())
        {
            RunBatch();
            lock (_gate)
            {
                foreach (var request in _batch) request.Done = true;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Waits for a first request, and a little for more; false when the queue is closed.</summary>
    private bool Collect()
    {
        _batch.Clear();
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closed) return false;
                Monitor.Wait(_gate);
            }
            var since = _time.GetTimestamp();
            while (_waiting.Count < _max && !_closed && _wait - _time.GetElapsedTime(since) is { Ticks: > 0 } left) Monitor.Wait(_gate, left);
            while (_batch.Count < _max && _waiting.TryDequeue(out var request)) _batch.Add(request);
        }
        return true;
    }

    private void RunBatch()
    {
        Served = (Served.Inferences + 1, Served.Pictures + _batch.Count);
        if (_batch.Count == 1)
        {
            RunSingly(_batch[0]);
            return;
        }
        try
        {
            RunTogether();
        }
        catch (SegPipeException)
        {
            // One of them is to blame; alone, only that one fails.
            foreach (var request in _batch) RunSingly(request);
        }
    }

    private unsafe void RunTogether()
    {
        if (_inputs == 0)
        {
            _inputs = (nint)NativeMemory.AlignedAlloc((nuint)(_max * _inputBytes), Alignment);
            _outputs = (nint)NativeMemory.AlignedAlloc((nuint)(_max * _outputBytes), Alignment);
        }
        for (var i = 0; i < _batch.Count; i++)
            NativeMemory.Copy((void*)_batch[i].Input, (void*)(_inputs + (nint)i * _inputBytes), (nuint)_inputBytes);
        RunOf(_batch.Count).Run(_inputs, _outputs);
        for (var i = 0; i < _batch.Count; i++)
            NativeMemory.Copy((void*)(_outputs + (nint)i * _outputBytes), (void*)_batch[i].Output, (nuint)_outputBytes);
    }

    private void RunSingly(Request request)
    {
        try
        {
            RunOf(1).Run(request.Input, request.Output);
        }
        catch (SegPipeException failure)
        {
            request.Failure = failure;
        }
    }

    private IModelRun RunOf(int pictures) => _runs[pictures] ??= _makeRun(pictures);

    private sealed class Request(BatchQueue queue) : IModelRun
    {
        public nint Input { get; private set; }

        public nint Output { get; private set; }

        public bool Done { get; set; }

        public SegPipeException? Failure { get; set; }

        public void Run(nint input, nint output)
        {
            lock (queue._gate)
            {
                ObjectDisposedException.ThrowIf(queue._closed, queue);
                (Input, Output, Done, Failure) = (input, output, false, null);
                queue._waiting.Enqueue(this);
                Monitor.PulseAll(queue._gate);
                while (!Done) Monitor.Wait(queue._gate);
            }
            if (Failure is { } failure) throw failure;
        }

        public void Dispose()
        {
            // A place holds nothing of its own.
        }
    }
}
