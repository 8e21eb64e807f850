namespace SegPipe.Processes;

/// <summary>Tells a child that is stuck from one that merely waits for us.</summary>
internal sealed class ChildProgress(bool hasInput, bool hasOutput)
{
    private long _moves;
    private volatile bool _reading;
    private volatile bool _writing;
    private volatile bool _inputClosed = !hasInput;
    private volatile bool _outputEnded;

    /// <summary>Rises with everything that happens on either pipe.</summary>
    public long Moves => Interlocked.Read(ref _moves);

    /// <summary>Whether the end of the output was read.</summary>
    public bool OutputEnded => _outputEnded;

    /// <summary>
    /// Whether the next move is the child's: it closed its output and is to end, or it has all the input that it can hold or will
    /// ever get, and we wait for its output where it has one.
    /// </summary>
    public bool IsChildsTurn => _outputEnded || ((_reading || !hasOutput) && (_inputClosed || _writing));

    public void BeginRead() => _reading = true;

    public void EndRead(int bytes)
    {
        _reading = false;
        if (bytes == 0)
            _outputEnded = true;
        Interlocked.Increment(ref _moves);
    }

    public void BeginWrite() => _writing = true;

    public void EndWrite()
    {
        _writing = false;
        Interlocked.Increment(ref _moves);
    }

    public void InputClosed()
    {
        _inputClosed = true;
        Interlocked.Increment(ref _moves);
    }
}
