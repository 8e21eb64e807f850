using System.Collections.Immutable;
using SegPipe.Configuration;
using SegPipe.Host.Logging;
using SegPipe.Runtime;

namespace SegPipe.Host.Running;

/// <summary>The pipelines of this process, to be looked at from any thread: what signals, progress and HTTP show.</summary>
internal sealed class RunBoard
{
    private ImmutableList<BoardEntry> _entries = [];
    private volatile bool _draining;

    /// <summary>The pipelines, in the order of the command line.</summary>
    public IReadOnlyList<BoardEntry> Entries => _entries;

    /// <summary>Whether everything was asked to end.</summary>
    public bool Draining
    {
        get => _draining;
        set => _draining = value;
    }

    /// <summary>Puts a pipeline up.</summary>
    public BoardEntry Add(PipelineDefinition definition)
    {
        var entry = new BoardEntry(definition, this);
        ImmutableInterlocked.Update(ref _entries, (entries, added) => entries.Add(added), entry);
        return entry;
    }
}

/// <summary>Where a pipeline is in its life.</summary>
internal enum RunPhase
{
    /// <summary>Its components are being made and opened.</summary>
    Starting,

    /// <summary>It runs; live streams may still wait for their cameras.</summary>
    Running,

    /// <summary>Asked to end; what is under way is finished.</summary>
    Draining,

    /// <summary>At its end; the report tells how.</summary>
    Ended,
}

/// <summary>One pipeline of this process.</summary>
internal sealed class BoardEntry(PipelineDefinition definition, RunBoard board)
{
    private volatile PipelineDefinition _definition = definition;
    private volatile Pipeline? _pipeline;
    private volatile StderrLog? _log;
    private volatile RunReport? _report;

    /// <summary>Name of the pipeline.</summary>
    public string Name => _definition.Name;

    /// <summary>What runs now.</summary>
    public PipelineDefinition Definition
    {
        get => _definition;
        set => _definition = value;
    }

    /// <summary>The pipeline itself once it is open, also after its end.</summary>
    public Pipeline? Pipeline
    {
        get => _pipeline;
        set => _pipeline = value;
    }

    /// <summary>Its log, null before it is opened.</summary>
    public StderrLog? Log
    {
        get => _log;
        set => _log = value;
    }

    /// <summary>How it ended, or null while it has not.</summary>
    public RunReport? Report
    {
        get => _report;
        set => _report = value;
    }

    /// <summary>Where it is in its life.</summary>
    public RunPhase Phase => _report is not null ? RunPhase.Ended : board.Draining ? RunPhase.Draining : _pipeline is null ? RunPhase.Starting : RunPhase.Running;
}
