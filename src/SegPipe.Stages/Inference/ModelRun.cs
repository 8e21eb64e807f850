using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SegPipe.Frames;
using SegPipe.Metrics;
using SegPipe.Models;

namespace SegPipe.Stages.Inference;

/// <summary>
/// Runs a network over memory that it is handed. Bindings are kept by address: frame memory is recycled, so that after a few
/// frames nothing is made any more.
/// </summary>
internal sealed class ModelRun : IModelRun
{
    // More pairs of input and output buffers than this mean that the pool gives memory back and takes new.
    private const int MaxBindings = 256;

    private readonly InferenceSession _session;
    private readonly ModelCard _card;
    private readonly int _batch;
    private readonly long[] _inputShape, _outputShape;
    private readonly TensorElementType _inputType, _outputType;
    private readonly RunOptions _options = new();
    private readonly Dictionary<(nint Input, nint Output), OrtIoBinding> _bindings = [];
    private readonly List<OrtValue> _values = [];
    private readonly byte[] _wide;

    /// <summary>Prepares a run.</summary>
    /// <param name="session">The network.</param>
    /// <param name="card">Its card.</param>
    /// <param name="outputShape">Axes of its output, batch 1.</param>
    /// <param name="batch">Pictures of one inference, one behind the other in memory.</param>
    public ModelRun(InferenceSession session, ModelCard card, long[] outputShape, int batch = 1)
    {
        (_session, _card, _batch) = (session, card, batch);
        _outputShape = [batch, .. outputShape.Skip(1)];
        _inputShape = [batch, .. InputShape(card.Input).Skip(1)];
        _inputType = session.InputMetadata[card.Input.Name].ElementDataType;
        _outputType = session.OutputMetadata[card.Output.Name].ElementDataType;
        _wide = IsWide ? GC.AllocateUninitializedArray<byte>(Cells * WideBytes, pinned: true) : [];
    }

    /// <summary>Where the time of each call is put down, and by which clock; null where nobody wants it.</summary>
    public (InferenceRecord Record, TimeProvider Time)? Meter { get; init; }

    /// <summary>What every run of the session waits for, so that only so many take memory for their activations at a time; null where one is alone.</summary>
    public SemaphoreSlim? Turns { get; init; }

    /// <summary>Called when it is disposed.</summary>
    public Action<ModelRun>? Disposed { get; init; }

    private int Cells => _batch * _card.Output.Size.Width * _card.Output.Size.Height;

    private bool IsWide => _outputType is TensorElementType.Int32 or TensorElementType.Int64;

    private int WideBytes => _outputType == TensorElementType.Int64 ? sizeof(long) : sizeof(int);

    /// <summary>Axes of a network's input, batch 1.</summary>
    public static long[] InputShape(CardInput input) => input.Layout == TensorLayout.Nchw
        ? [1, 3, input.Size.Height, input.Size.Width]
        : [1, input.Size.Height, input.Size.Width, 3];

    /// <summary>Runs the network: from the tensor at one address to the logits or class map at another.</summary>
    /// <exception cref="SegPipeException">65 if the network fails or puts out classes that its card does not have.</exception>
    public unsafe void Run(nint input, nint output)
    {
        fixed (byte* wide = _wide)
        {
            Turns?.Wait();
            try
            {
                var binding = Bind(input, IsWide ? (nint)wide : output);
                var start = Meter?.Time.GetTimestamp() ?? 0;
                _session.RunWithBinding(_options, binding);
                if (Meter is var (record, time)) record.Add(time.GetElapsedTime(start), _batch);
            }
            catch (OnnxRuntimeException e)
            {
                throw new SegPipeException(ExitCode.InputUnusable, $"Model {_card.Name} failed: {ModelSession.FirstLine(e)}", "Check the model with another ONNX Runtime.", e);
            }
            finally
            {
                Turns?.Release();
            }
        }

        if (IsWide) Narrow(new Span<byte>((void*)output, Cells));
    }

    public void Dispose()
    {
        Clear();
        _options.Dispose();
        Disposed?.Invoke(this);
    }

    private OrtIoBinding Bind(nint input, nint output)
    {
        if (_bindings.TryGetValue((input, output), out var known)) return known;
        if (_bindings.Count == MaxBindings) Clear();
        var binding = _session.CreateIoBinding();
        _bindings[(input, output)] = binding;
        binding.BindInput(_card.Input.Name, Wrap(_inputType, _inputShape, input));
        binding.BindOutput(_card.Output.Name, Wrap(_outputType, _outputShape, output));
        return binding;
    }

    private OrtValue Wrap(TensorElementType type, long[] shape, nint address)
    {
        var elements = shape.Aggregate(1L, (product, axis) => product * axis);
        var width = type switch
        {
            TensorElementType.UInt8 => 1,
            TensorElementType.Int64 => 8,
            _ => 4,
        };
        var value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, shape, address, elements * width);
        _values.Add(value);
        return value;
    }

    private void Narrow(Span<byte> labels)
    {
        var valid = _outputType == TensorElementType.Int64
            ? Narrow(MemoryMarshal.Cast<byte, long>(_wide), labels, _card.Classes.Count)
            : Narrow(MemoryMarshal.Cast<byte, int>(_wide), labels, _card.Classes.Count);
        if (!valid)
        {
            throw new SegPipeException(ExitCode.InputUnusable, $"Model {_card.Name} puts out classes beyond the {_card.Classes.Count} of its card.", "Add the missing classes to the card.");
        }
    }

    private static bool Narrow(ReadOnlySpan<long> wide, Span<byte> labels, int classes)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            if ((ulong)wide[i] >= (ulong)classes) return false;
            labels[i] = (byte)wide[i];
        }

        return true;
    }

    private static bool Narrow(ReadOnlySpan<int> wide, Span<byte> labels, int classes)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)wide[i] >= (uint)classes) return false;
            labels[i] = (byte)wide[i];
        }

        return true;
    }

    private void Clear()
    {
        foreach (var binding in _bindings.Values) binding.Dispose();
        foreach (var value in _values) value.Dispose();
        _bindings.Clear();
        _values.Clear();
    }
}
