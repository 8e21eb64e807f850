using SegPipe.Runtime;

namespace SegPipe.Metrics;

/// <summary>
/// Looks at the counters once a second, so that frames a second and utilization are those of the last five seconds, whoever asks and
/// however often.
/// </summary>
public sealed class RateSampler : IDisposable
{
    private const int Samples = 6;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Func<IEnumerable<Pipeline>> _pipelines;
    private readonly ITimer _timer;
    private Dictionary<object, Window> _windows = [];

    /// <summary>Starts to look.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="pipelines">What to look at.</param>
    public RateSampler(TimeProvider time, Func<IEnumerable<Pipeline>> pipelines)
    {
        (_time, _pipelines) = (time, pipelines);
        _timer = time.CreateTimer(_ => Sample(), null, TimeSpan.Zero, Interval);
    }

    /// <summary>Frames a second that an edge's consumer takes, null while that is not known.</summary>
    public double? FramesPerSecond(Edge edge) => Rate(edge);

    /// <summary>Frames a second that a component puts out or writes, null while that is not known.</summary>
    public double? FramesPerSecond(ComponentView component) => Rate(component);

    /// <summary>Share of the time that a component's copies worked, 0–1; null where others work for it or nothing is known yet.</summary>
    public double? Utilization(ComponentView component) => component.Counters.Processing.Count == 0 || Rate(component.Counters) is not { } busy
        ? null
        : Math.Clamp(busy / component.Workers, 0, 1);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private double? Rate(object key)
    {
        lock (_gate) return _windows.GetValueOrDefault(key)?.Rate(_time);
    }

    private void Sample()
    {
        var now = _time.GetTimestamp();
        lock (_gate)
        {
            Dictionary<object, Window> windows = new(_windows.Count);
            foreach (var stream in _pipelines().SelectMany(p => p.Streams))
            {
                foreach (var edge in stream.Edges) Add(edge, edge.Taken);
                foreach (var component in stream.Components)
                {
                    Add(component, component.Frames);
                    Add(component.Counters, _time.GetElapsedTime(0, component.Counters.BusyTicks).TotalSeconds);
                }
            }
            _windows = windows;

            void Add(object key, double value)
            {
                var window = _windows.GetValueOrDefault(key) ?? new();
                window.Add(now, value);
                windows[key] = window;
            }
        }
    }

    private sealed class Window
    {
        private readonly (long At, double Value)[] _ring = new (long, double)[Samples];
        private int _count;

        public void Add(long at, double value) => _ring[_count++ % Samples] = (at, value);

        public double? Rate(TimeProvider time)
        {
            if (_count < 2) return null;
            var (last, first) = (_ring[(_count - 1) % Samples], _ring[_count < Samples ? 0 : _count % Samples]);
            var seconds = time.GetElapsedTime(first.At, last.At).TotalSeconds;
            return seconds > 0 ? Math.Max(0, (last.Value - first.Value) / seconds) : null;
        }
    }
}
