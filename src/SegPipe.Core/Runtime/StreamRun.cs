using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Graph;

namespace SegPipe.Runtime;

/// <summary>One copy of the graph at run time.</summary>
internal sealed class StreamRun : IAsyncDisposable
{
    private readonly RunState _run;
    private readonly Dictionary<string, Node> _nodes = [];
    private readonly List<(Node Node, Func<Task> Run, Func<ValueTask> Dispose)> _runners = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Action _fits;
    private StreamPhase _phase;
    private long _began;

    /// <summary>Wires a stream.</summary>
    /// <param name="graph">Its graph.</param>
    /// <param name="shared">What it shares with other streams, held until the run is over or the stream is exchanged.</param>
    /// <param name="context">What each component may know.</param>
    /// <param name="pool">Where buffers are rented.</param>
    /// <param name="run">Its state: a failure ends this stream and no other.</param>
    /// <param name="fits">Called once the formats are known; throws where the memory budget is too small for them.</param>
    public StreamRun(PipelineGraph graph, SharedResources shared, Func<ComponentDefinition, ComponentContext> context, FramePool pool, RunState run, Action fits)
    {
        (Graph, Shared, _run, _fits) = (graph, shared, run, fits);
        foreach (var component in graph.Order)
            _nodes[component.Id] = new(component, context(component) with { Live = graph.IsLive(component) }, pool, run.Abort);
        foreach (var edge in graph.Edges)
        {
            var outlet = _nodes[edge.From.Id].Outlets[edge.Output];
            var channel = new Edge(edge.FromName, edge.To.Id, edge.Kind, edge.Policy, run.Time, _nodes[edge.To.Id].Arrived);
            outlet.Connect(channel);
            _nodes[edge.To.Id].Inputs[edge.Input] = channel;
            _nodes[edge.To.Id].Upstream[edge.Input] = outlet;
        }
        run.Abort.Register(() =>
        {
            foreach (var edge in Edges) edge.Close();
        });
        Since = run.Time.GetUtcNow();
        View = new(this);
    }

    public PipelineGraph Graph { get; }

    public SharedResources Shared { get; }

    /// <summary>What it was made of, where it may be exchanged: files may have changed since.</summary>
    public string Fingerprint { get; init; } = "";

    public string Id => Graph.Stream.Id;

    public RunState State => _run;

    /// <summary>Whether a source is live: such a stream opens while it runs, however long its camera takes.</summary>
    public bool Live => Graph.Order.Any(c => c.Descriptor.Live);

    /// <summary>Whether every format is known.</summary>
    public bool Opened { get; private set; }

    public bool Stopping => _stop.IsCancellationRequested;

    /// <summary>Whether an abort cut it short: any sink did not finish its output.</summary>
    public bool Aborted => _run.Abort.IsCancellationRequested && _run.FinishedSinks < Graph.Order.Count(c => c.Descriptor.Kind == ComponentKind.Sink);

    /// <summary>What others may see of it.</summary>
    public StreamView View { get; }

    public StreamPhase Phase => _phase == StreamPhase.Stopped && _run.Failure is not null ? StreamPhase.Failed : _phase;

    /// <summary>Since when the phase is what it is.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>Time since it began to run.</summary>
    public TimeSpan Elapsed => _began == 0 ? TimeSpan.Zero : _run.Time.GetElapsedTime(_began);

    public IEnumerable<Node> Nodes => Graph.Order.Select(c => _nodes[c.Id]);

    public IEnumerable<Edge> Edges => Nodes.SelectMany(n => n.Inputs);

    /// <summary>The component that is being opened, or refused to be; else null.</summary>
    public Node? Opening { get; private set; }

    /// <summary>Opens sources and sinks, and lets every stage say what it puts out, producers first.</summary>
    public async Task OpenAsync()
    {
        // Loading a network takes as long as looking into a file. Where it fails, its stage says so when its turn comes.
        var loading = Task.Run(Preload);
        try
        {
            foreach (var node in Nodes)
            {
                Opening = node;
                await OpenAsync(node).ConfigureAwait(false);
            }
        }
        finally
        {
            await loading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        Opened = true;
        _fits();
        Opening = null;
    }

    /// <summary>Loads what is large and shared, ahead of opening.</summary>
    /// <exception cref="SegPipeException">It cannot be used.</exception>
    public void Preload()
    {
        foreach (var node in Nodes.Where(n => n.Definition.Descriptor.ComponentType.IsAssignableTo(typeof(IPreloadable))))
        {
            var component = node.Create<IPreloadable>();
            component.Preload();
            (component as IDisposable)?.Dispose();
        }
    }

    /// <summary>Asks the sources to end; what is under way is finished.</summary>
    public void Stop()
    {
        if (_phase != StreamPhase.Stopped) Enter(StreamPhase.Stopping);
        _stop.Cancel();
    }

    public MemoryPlan PlanMemory() => MemoryPlan.Of(Graph.Edges, e => _nodes[e.From.Id].Outlets[e.Output].Format);

    /// <summary>Opens the stream if that was not done ahead, runs it, and gives back what its components hold; failures are in <see cref="State"/>.</summary>
    public async Task RunAsync()
    {
        _began = _run.Time.GetTimestamp();
        if (!Opened) await OpenLiveAsync().ConfigureAwait(false);
        if (Opened)
        {
            if (!Stopping) Enter(StreamPhase.Running);
            await Task.WhenAll(_runners.Select(r => Task.Run(() => GuardAsync(r.Node, r.Run)))).ConfigureAwait(false);
        }
        await DisposeAsync().ConfigureAwait(false);
        Enter(StreamPhase.Stopped);
    }

    private void Enter(StreamPhase phase) => (_phase, Since) = (phase, _run.Time.GetUtcNow());

    private async Task OpenLiveAsync()
    {
        try
        {
            await OpenAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested || _run.Abort.IsCancellationRequested)
        {
            // Asked to end before the camera was there.
        }
        catch (Exception failure)
        {
            _run.Fail(Opening!, failure);
            Opened = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (node, _, dispose) in Enumerable.Reverse(_runners))
        {
            try
            {
                await dispose().ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                _run.Fail(node, failure);
            }
        }
        _runners.Clear();
    }

    private static ValueTask Dispose(IDisposable runner)
    {
        runner.Dispose();
        return default;
    }

    private async Task OpenAsync(Node node)
    {
        switch (node.Definition.Descriptor)
        {
            case { Kind: ComponentKind.Source }:
                var source = new SourceRunner(node, _run, _stop.Token);
                _runners.Add((node, source.RunAsync, source.DisposeAsync));
                await source.OpenAsync().ConfigureAwait(false);
                break;
            case { Kind: ComponentKind.Sink }:
                var sink = new SinkRunner(node, _run);
                _runners.Add((node, sink.RunAsync, sink.DisposeAsync));
                await sink.OpenAsync().ConfigureAwait(false);
                break;
            case var d when d.ComponentType.IsAssignableTo(typeof(ICombine)):
                var combine = new CombineRunner(node, _run);
                _runners.Add((node, combine.RunAsync, () => Dispose(combine)));
                combine.Negotiate();
                break;
            case var d when d.ComponentType.IsAssignableTo(typeof(IStreamStage)):
                var stream = new StreamStageRunner(node, _run);
                _runners.Add((node, stream.RunAsync, stream.DisposeAsync));
                stream.Negotiate();
                break;
            default:
                var stage = new StageRunner(node, _run);
                _runners.Add((node, stage.RunAsync, () => Dispose(stage)));
                stage.Negotiate();
                break;
        }
    }

    /// <summary>The runner's boundary: whatever a component throws ends the run here, before the edges below learn of the end.</summary>
    private async Task GuardAsync(Node node, Func<Task> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _run.Fail(node, failure);
        }
        foreach (var outlet in node.Outlets) outlet.Complete();
        // An edge whose reader has gone must not hold up its writer.
        foreach (var edge in node.Inputs) edge.Close();
    }
}
