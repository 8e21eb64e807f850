using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.TfLite;

/// <summary>
/// The graph on its way to ONNX. Values with four axes are channel-first there, others keep their order; every operator asks for its
/// inputs in the form that it needs and says what its outputs are.
/// </summary>
internal sealed partial class TfLiteConversion
{
    // QuantizeLinear rounds half to even; a factor just above 1 pushes halves away from zero and moves nothing else, since averages and
    // interpolated values are multiples of small fractions.
    private const float HalfAwayFromZero = 1.00001f;

    private static readonly (float Low, float High) Unlimited = (float.NegativeInfinity, float.PositiveInfinity);

    private readonly Dictionary<int, Value> _values = [];

    public TfLiteConversion(TfLiteModel model, OnnxGraphBuilder graph, ImportPrecision precision)
    {
        (Model, Graph, Precision) = (model, graph, precision);
        _budget = 4L * model.Buffer.Length + ConstantSlack;
    }

    /// <summary>The file.</summary>
    public TfLiteModel Model { get; }

    /// <summary>The graph that is written.</summary>
    public OnnxGraphBuilder Graph { get; }

    /// <summary>Whether quantised values stay quantised.</summary>
    public ImportPrecision Precision { get; }

    /// <summary>A tensor of the file.</summary>
    public TfLiteTensor Tensor(int index) => Model.Tensors[index];

    /// <summary>Complains about an operator.</summary>
    public SegPipeException Unsupported(TfLiteOperator op, string what) => new(ExitCode.InputUnusable,
        $"{op.Name} at offset {op.Offset} {what}.", "This file's network is not of a kind that can be imported; see docs/models.md.");

    /// <summary>Complains about an operator whose input or output count is another than it has to be.</summary>
    public void Require(TfLiteOperator op, int inputs, int outputs = 1)
    {
        if (op.Inputs.Length < inputs || op.Outputs.Length != outputs || op.Inputs.Take(inputs).Any(i => i < 0))
            throw Unsupported(op, $"has {op.Inputs.Length} inputs and {op.Outputs.Length} outputs");
    }

    /// <summary>Whether a tensor stays quantised in the graph that is written.</summary>
    public bool StaysQuantised(TfLiteTensor tensor) => Precision == ImportPrecision.Int8 && tensor.IsQuantised && !tensor.Quantisation!.PerChannel;

    /// <summary>The real values of a tensor: channel-first if it has four axes.</summary>
    public string Real(int index)
    {
        var (tensor, value) = (Tensor(index), ValueOf(Tensor(index)));
        return StaysQuantised(tensor) ? Dequantise(value, tensor, tensor.Quantisation!.Scales[0], tensor.Quantisation.ZeroPoints[0]) : value.Name;
    }

    /// <summary>
    /// For operators that work on the stored numbers whatever they mean (averages, interpolation): those numbers as float32, or the real
    /// values where the graph has no stored numbers.
    /// </summary>
    public string Numbers(int index) => StaysQuantised(Tensor(index)) ? Dequantise(ValueOf(Tensor(index)), Tensor(index), HalfAwayFromZero, 0) : Real(index);

    /// <summary>Says what an output's stored numbers are, rounded half away from zero as the format's kernels do.</summary>
    public void SetNumbers(int index, string name, TfLiteTensor source)
    {
        if (StaysQuantised(Tensor(index))) _values[index] = new(Quantise(name, Tensor(index), 1, 0));
        else SetReal(index, name, RangeOf(source));
    }

    /// <summary>The tensor as the graph stores it, quantised or real: channel-first if it has four axes.</summary>
    public string Stored(int index) => ValueOf(Tensor(index)).Name;

    /// <summary>The tensor as the graph stores it, in the order of the axes that the file has.</summary>
    public string StoredInFileOrder(int index)
    {
        var value = ValueOf(Tensor(index));
        return Tensor(index).Shape.Length != 4 ? value.Name : value.FileOrder ??= Graph.Node("Transpose", [value.Name], null, ("perm", new long[] { 0, 2, 3, 1 }));
    }

    /// <summary>Says what an output's stored form is, in ONNX's order.</summary>
    /// <param name="index">The output.</param>
    /// <param name="name">The value in the graph.</param>
    /// <param name="source">A tensor with the same real values, so that its range holds for the output too; null if there is none.</param>
    public void SetStored(int index, string name, TfLiteTensor? source)
    {
        if (source is not null && !StaysQuantised(Tensor(index))) name = Clamp(name, Tensor(index), RangeOf(source), Unlimited, out _);
        _values[index] = new(name) { Range = StaysQuantised(Tensor(index)) || source is null ? null : Narrower(RangeOf(source), Tensor(index).Range) };
    }

    /// <summary>Says what an output's stored form is, in the file's order.</summary>
    public void SetStoredInFileOrder(int index, string name, TfLiteTensor source)
    {
        var inOrder = Tensor(index).Shape.Length == 4 ? Graph.Node("Transpose", [name], null, ("perm", new long[] { 0, 3, 1, 2 })) : name;
        SetStored(index, inOrder, source);
        if (inOrder != name && _values[index].Name == inOrder) _values[index].FileOrder = name;
    }

    /// <summary>Says what an output's real values are, in ONNX's order; they are limited to what the output can store.</summary>
    /// <param name="index">The output.</param>
    /// <param name="name">The real values.</param>
    /// <param name="known">What they can be at most; null if that is not known.</param>
    /// <param name="activation">What a fused activation limits them to.</param>
    public void SetReal(int index, string name, (float Low, float High)? known = null, (float Low, float High)? activation = null)
    {
        var tensor = Tensor(index);
        var limit = activation ?? Unlimited;
        if (StaysQuantised(tensor))
        {
            var q = tensor.Quantisation!;
            _values[index] = new(ClampStored(Quantise(name, tensor, q.Scales[0], q.ZeroPoints[0]), tensor, limit));
            return;
        }
        name = Clamp(name, tensor, known ?? Unlimited, limit, out var range);
        _values[index] = new(name) { Range = range };
    }

    /// <summary>The range that a tensor's real values are known to keep to.</summary>
    public (float Low, float High) RangeOf(TfLiteTensor tensor) =>
        _values.GetValueOrDefault(tensor.Index)?.Range ?? (tensor.IsQuantised ? tensor.Range : Unlimited);

    private Value ValueOf(TfLiteTensor tensor)
    {
        if (_values.TryGetValue(tensor.Index, out var known)) return known;
        if (!IsConstant(tensor)) throw new InvalidOperationException($"Nothing made tensor {tensor.Index}.");
        return _values[tensor.Index] = new(ConstantValue(tensor));
    }

    private string Clamp(string name, TfLiteTensor tensor, (float Low, float High) known, (float Low, float High) limit, out (float Low, float High) range)
    {
        if (tensor.IsQuantised && !tensor.Quantisation!.PerChannel) limit = Narrower(limit, tensor.Range);
        range = Narrower(known, limit);
        // A bound that is a rounding error away is no bound.
        var slack = tensor.IsQuantised ? tensor.Quantisation!.Scales[0] * 1e-3f : 0;
        if (known.Low >= limit.Low - slack && known.High <= limit.High + slack) return name;
        return limit == (0, float.PositiveInfinity)
            ? Graph.Node("Relu", [name], HintOf(tensor))
            : Graph.Node("Clip", [name, Bound(limit.Low), Bound(limit.High)], HintOf(tensor));
    }

    private string ClampStored(string name, TfLiteTensor tensor, (float Low, float High) limit)
    {
        var (q, (low, high)) = (tensor.Quantisation!, tensor.Stored);
        var min = (int)Math.Clamp(q.ZeroPoints[0] + Math.Round((double)limit.Low / q.Scales[0], MidpointRounding.AwayFromZero), low, high);
        var max = (int)Math.Clamp(q.ZeroPoints[0] + Math.Round((double)limit.High / q.Scales[0], MidpointRounding.AwayFromZero), low, high);
        return (min, max) == (low, high) ? name : Graph.Node("Clip", [name, StoredScalar(tensor.Type, min), StoredScalar(tensor.Type, max)]);
    }

    private string Bound(float value) => float.IsInfinity(value) ? "" : Scalar(value);

    private string Dequantise(Value value, TfLiteTensor tensor, float scale, int zeroPoint)
    {
        if (value.Real.TryGetValue((scale, zeroPoint), out var known)) return known;
        return value.Real[(scale, zeroPoint)] = Graph.Node("DequantizeLinear", [value.Name, Scalar(scale), StoredScalar(tensor.Type, zeroPoint)]);
    }

    private string Quantise(string name, TfLiteTensor tensor, float scale, int zeroPoint) =>
        Graph.Node("QuantizeLinear", [name, Scalar(scale), StoredScalar(tensor.Type, zeroPoint)], HintOf(tensor));

    private static (float Low, float High) Narrower((float Low, float High) a, (float Low, float High) b) => (Math.Max(a.Low, b.Low), Math.Min(a.High, b.High));

    private sealed class Value(string name)
    {
        public string Name => name;

        public string? FileOrder { get; set; }

        public Dictionary<(float, int), string> Real { get; } = [];

        public (float Low, float High)? Range { get; init; }
    }
}
