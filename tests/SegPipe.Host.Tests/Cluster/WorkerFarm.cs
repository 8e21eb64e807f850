using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SegPipe.Metrics;
using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

/// <summary>Workers in this process around one batch.</summary>
internal sealed class WorkerFarm : IAsyncDisposable
{
    /// <summary>Queues whose waits are short.</summary>
    public static readonly Topology Quick = new("cpu") { Delays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], ReconcileEvery = TimeSpan.FromSeconds(1) };

    private readonly TemporaryFolder _folder = new();
    private readonly bool _finds;
    private readonly WorkerSettings _settings;
    private readonly ILogger _log;
    private readonly List<(Task Work, CancellationTokenSource Stop, CancellationTokenSource Abort)> _workers = [];

    private WorkerFarm(BrokerSide side, Action<FakeBatch>? shape, bool finds, WorkerSettings settings, IReadOnlyList<string>? names, ILogger? log)
    {
        (Side, _finds, _settings, _log, Batch) = (side, finds, settings, log ?? NullLogger.Instance, new(_folder.Path) { Names = names ?? ["drive"] });
        shape?.Invoke(Batch);
    }

    public BrokerSide Side { get; }

    public FakeBatch Batch { get; }

    public List<ClusterMetrics> Metrics { get; } = [];

    public bool IsAtWork => _workers.All(w => !w.Work.IsCompleted);

    public static async Task<WorkerFarm> StartAsync(BrokerFixture fixture, Action<FakeBatch>? shape = null, int workers = 1, bool finds = false, WorkerSettings? settings = null, IReadOnlyList<string>? names = null, ILogger? log = null)
    {
        var farm = new WorkerFarm(await BrokerSide.OpenAsync(fixture, Quick), shape, finds, settings ?? new(), names, log);
        for (var i = 0; i < workers; i++) farm.Start();
        return farm;
    }

    public Task DoneAsync() => Patiently.UntilAsync(() => Batch.IsDone(), "the job is done", () => string.Join(' ', Batch.Runs));

    public Task EmptyAsync() => Patiently.UntilAsync(() => Side.Broker.Queues(Side.VirtualHost).Where(q => !q.Key.Contains("reconcile", StringComparison.Ordinal)).All(q => q.Value == 0), "empty queues");

    public async Task RestartAsync(bool abort)
    {
        await StopAsync(abort);
        Start();
    }

    public async Task StopAsync(bool abort)
    {
        foreach (var (work, stop, aborting) in _workers)
        {
            await stop.CancelAsync();
            if (abort) await aborting.CancelAsync();
            await work.WaitAsync(Side.Token);
            stop.Dispose();
            aborting.Dispose();
        }
        _workers.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(abort: true);
        foreach (var metrics in Metrics) metrics.Dispose();
        await Side.DisposeAsync();
        _folder.Dispose();
    }

    private void Start()
    {
        var metrics = new ClusterMetrics("cpu");
        Metrics.Add(metrics);
        var (stop, abort) = (new CancellationTokenSource(), new CancellationTokenSource());
        IBatchFinder finder = _finds ? Batch : new FakeBatch(_folder.Path) { Names = [] };
        var settings = _settings with { Name = $"w{Metrics.Count}" };
        var worker = new Worker(Side.Address, Quick, settings, new([_folder.Path]), Batch, finder, new(settings.Name, TimeProvider.System, t => t) { Class = "cpu", Slots = settings.Slots }, metrics, TimeProvider.System, _log);
        _workers.Add((worker.RunAsync(stop.Token, abort.Token), stop, abort));
    }
}
