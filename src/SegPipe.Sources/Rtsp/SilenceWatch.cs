namespace SegPipe.Sources.Rtsp;

/// <summary>Says once, while a packet is awaited, that it is late.</summary>
internal sealed class SilenceWatch : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly Action<TimeSpan> _say;
    private readonly ITimer _timer;
    private long? _since;
    private bool _said;

    /// <param name="time">The clock.</param>
    /// <param name="patience">How long a packet may be awaited.</param>
    /// <param name="say">Called with the time that it has been awaited.</param>
    public SilenceWatch(TimeProvider time, TimeSpan patience, Action<TimeSpan> say)
    {
        (_time, _patience, _say) = (time, patience, say);
        _timer = time.CreateTimer(static watch => ((SilenceWatch)watch!).Look(), this, patience / 4, patience / 4);
    }

    /// <summary>A packet is awaited from now on.</summary>
    public void Begin()
    {
        lock (_gate) _since = _time.GetTimestamp();
    }

    /// <summary>No packet is awaited any more; true where it was said to be late.</summary>
    public bool End()
    {
        lock (_gate)
        {
            var said = _said;
            (_since, _said) = (null, false);
            return said;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_gate)
        {
            if (_said || _since is not { } since || _time.GetElapsedTime(since) is var silent && silent < _patience)
                return;
            _said = true;
            _say(_time.GetElapsedTime(since));
        }
    }
}
