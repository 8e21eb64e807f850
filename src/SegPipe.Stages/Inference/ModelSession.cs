using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Metrics;
using SegPipe.Models;

namespace SegPipe.Stages.Inference;

/// <summary>One loaded network, shared by all streams of a run.</summary>
internal sealed class ModelSession : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<ModelRun> _runs = [];
    private readonly InferenceSession _session;
    private readonly long[] _outputShape;
    // More inferences at a time than processors end no sooner, and each holds its activations.
    private readonly SemaphoreSlim _turns = new(Environment.ProcessorCount);
    private BatchQueue? _batches;
    private (InferenceRecord Record, TimeProvider Time)? _meter;

    private ModelSession(ModelFile model, InferenceSession session, long[] outputShape)
    {
        Model = model;
        _session = session;
        _outputShape = outputShape;
    }

    /// <summary>The model's file and card.</summary>
    public ModelFile Model { get; }

    /// <summary>The file behind an entry of <c>models</c>, read once a run.</summary>
    /// <exception cref="SegPipeException">78 if there is no such entry; whatever <see cref="ModelFile.Load"/> complains about.</exception>
    public static ModelFile FileOf(ComponentContext context, string id)
    {
        var options = OptionsOf(context, id);
        return context.Shared.GetOrAdd($"{options.Path}\n{options.Revision}", () => ModelFile.Load(options.Path));
    }

    /// <summary>The session of an entry of <c>models</c>, loaded once a run.</summary>
    /// <exception cref="SegPipeException">65 if ONNX Runtime refuses the file, 69 if the provider is missing, 78 if the model cannot be used here.</exception>
    public static ModelSession Of(ComponentContext context, string id)
    {
        var options = OptionsOf(context, id);
        var threads = options.Threads ?? context.Limits.Threads ?? Environment.ProcessorCount;
        return context.Shared.GetOrAdd($"{id}\n{options.Path}\n{options.Revision}\n{options.Provider}\n{threads}\n{options.Batch}", () =>
        {
            var session = Load(FileOf(context, id), options.Provider, threads);
            session._meter = (InferenceRecords.For(context).Of(id, options.Provider.ToString().ToLowerInvariant()), context.Time);
            session.OfferBatches(options.Batch, context);
            return session;
        });
    }

    /// <summary>Loads a network and checks that it gives what its card promises.</summary>
    /// <param name="model">The model's file.</param>
    /// <param name="provider">Where it runs.</param>
    /// <param name="threads">Threads of one inference, from 1.</param>
    internal static ModelSession Load(ModelFile model, ModelProvider provider, int threads)
    {
        RequireSingleBatch(model);
        using var options = ExecutionProviders.Configure(provider, threads);
        InferenceSession session;
        try
        {
            session = provider == ModelProvider.Cpu && BlockedForm.Of(model) is { } blocked ? new(blocked, options) : new(model.Path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new SegPipeException(ExitCode.InputUnusable, $"ONNX Runtime cannot load {model.Path}: {FirstLine(e)}", "Export the model for an operator set that ONNX Runtime knows.", e);
        }

        try
        {
            return new ModelSession(model, session, OutputProbe.FindShape(model, session));
        }
        catch (SegPipeException)
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>A run of its own for one stage, or its place in the queue for batches: not to be used by two threads at once.</summary>
    public IModelRun CreateRun() => _batches is not null ? _batches.CreatePlace() : CreateRun(pictures: 1);

    /// <summary>A run for several pictures that lie one behind the other.</summary>
    internal ModelRun CreateRun(int pictures)
    {
        var run = new ModelRun(_session, Model.Card, _outputShape, pictures) { Meter = _meter, Turns = _turns, Disposed = Forget };
        lock (_gate) _runs.Add(run);
        return run;
    }

    /// <summary>From here on, runs go through a queue, where the options and the model allow more than one picture at a time.</summary>
    internal void OfferBatches(BatchOptions options, ComponentContext context)
    {
        var card = Model.Card;
        if (options.Max == 1) return;
        if (card.Batch == 1)
        {
            context.Log.LogWarning("Model {Model} takes one picture at a time, so batch.max counts as 1.", card.Name);
            return;
        }
        var inputBytes = 3 * card.Input.Size.Width * card.Input.Size.Height * (card.Input.Element == ElementType.Float32 ? sizeof(float) : 1);
        var outputBytes = card.Output.Size.Width * card.Output.Size.Height * (card.Output.Kind == LogitsContent.Logits ? sizeof(float) * card.Classes.Count : 1);
        _batches = new(
            options.Max, TimeSpan.FromMilliseconds(options.WaitMs), inputBytes, outputBytes,
            CreateRun, context.Time);
    }

    public void Dispose()
    {
        _batches?.Dispose();
        ModelRun[] runs;
        lock (_gate) runs = [.. _runs];
        foreach (var run in runs) run.Dispose();
        _session.Dispose();
        _turns.Dispose();
    }

    private void Forget(ModelRun run)
    {
        lock (_gate) _runs.Remove(run);
    }

    /// <summary>The first line of an error of ONNX Runtime, without its code.</summary>
    internal static string FirstLine(OnnxRuntimeException error)
    {
        var line = error.Message.Split('\n')[0];
        var close = line.IndexOf(']', StringComparison.Ordinal);
        return close < 0 ? line : line[(close + 1)..].Trim();
    }

    private static ModelOptions OptionsOf(ComponentContext context, string id) => context.Models.TryGetValue(id, out var options)
        ? options
        : throw new SegPipeException(ExitCode.Configuration, $"{context.Id}: there is no model '{id}'.", $"Known models: {string.Join(", ", context.Models.Keys)}.");

    private static void RequireSingleBatch(ModelFile model)
    {
        var fixedBatch = model.Graph.Inputs[0].Shape is [{ } axis, ..] ? axis : model.Card.Batch ?? 1;
        if (fixedBatch != 1)
        {
            throw new SegPipeException(ExitCode.Configuration, $"Model {model.Path} takes batches of {fixedBatch} only; SegPipe hands over one picture at a time.",
                "Export it with batch 1 or a dynamic batch.");
        }
    }
}
