using SegPipe.Runtime;

namespace SegPipe.Metrics;

/// <summary>
/// How long networks take and how many frames they get at once, by model and device. One a run, found in its shared resources:
/// <c>InferenceRecords.For(context).Of("street", "cpu").Add(duration, frames)</c>.
/// </summary>
public sealed class InferenceRecords
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Model, string Device), InferenceRecord> _records = [];
    private Action<InferenceRecord>? _made;

    /// <summary>The records of a component's run.</summary>
    public static InferenceRecords For(Components.ComponentContext context) => Of(context.Shared);

    /// <summary>The record of a model on a device, to be kept by the caller.</summary>
    /// <param name="model">Id in <c>models</c>.</param>
    /// <param name="device">The execution provider's word in YAML.</param>
    public InferenceRecord Of(string model, string device)
    {
        lock (_gate)
        {
            if (_records.TryGetValue((model, device), out var known)) return known;
            var record = _records[(model, device)] = new(model, device);
            _made?.Invoke(record);
            return record;
        }
    }

    internal static InferenceRecords Of(Components.SharedResources shared) => shared.GetOrAdd("inference", () => new InferenceRecords());

    /// <summary>Calls for every record, those to come included, before anything is added to it; whoever called this before is called no more.</summary>
    internal void Watch(Action<InferenceRecord> made)
    {
        lock (_gate)
        {
            foreach (var record in _records.Values) made(record);
            _made = made;
        }
    }
}

/// <summary>How long one network takes on one device.</summary>
public sealed class InferenceRecord
{
    private long _batches, _frames;

    internal InferenceRecord(string model, string device) => (Model, Device) = (model, device);

    /// <summary>Id in <c>models</c>.</summary>
    public string Model { get; }

    /// <summary>The execution provider's word in YAML.</summary>
    public string Device { get; }

    /// <summary>Time of each call of the network.</summary>
    public LatencyHistogram Duration { get; } = new();

    /// <summary>Calls of the network.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <summary>Frames in them.</summary>
    public long Frames => Interlocked.Read(ref _frames);

    /// <summary>Called with the number of frames of each call.</summary>
    internal Action<int>? Batched { get; set; }

    /// <summary>Adds a call of the network.</summary>
    /// <param name="duration">How long it took.</param>
    /// <param name="frames">How many frames it got.</param>
    public void Add(TimeSpan duration, int frames)
    {
        Duration.Add(duration);
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _frames, frames);
        Batched?.Invoke(frames);
    }
}
