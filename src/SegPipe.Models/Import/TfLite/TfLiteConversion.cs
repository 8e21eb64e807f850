using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.TfLite;

/// <summary>
/// The graph on its way to ONNX. Values with four axes are channel-first there, others keep their order; every operator asks for its
/// inputs in the form that it needs and says what its outputs are. What stays quantised is stored as uint8, also where the file has
/// int8: the numbers are 128 higher, and so are their zero points.
/// </summary>
internal sealed partial class TfLiteConversion
{
    private static readonly (float Low, float High) Unlimited = (float.NegativeInfinity, float.PositiveInfinity);

    // QuantizeLinear rounds half to even; a divisor just below 1 pushes halves away from zero and moves nothing else, since averages and
    // interpolated values are multiples of small fractions.
    private const float HalfAwayFromZero = 0.999999f;

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
    public SegPipeException Unsupported(TfLiteOperator op, string what) => Model.Buffer.Unsupported(op.Offset, $"{op.Name} {what}");

    /// <summary>Complains about an operator whose input or output count is another than it has to be.</summary>
    public void Require(TfLiteOperator op, int inputs, int outputs = 1)
    {
        if (op.Inputs.Length < inputs || op.Outputs.Length != outputs || op.Inputs.Take(inputs).Any(i => i < 0))
            throw Unsupported(op, $"has {op.Inputs.Length} inputs and {op.Outputs.Length} outputs");
    }

    /// <summary>Whether a tensor stays quantised in the graph that is written.</summary>
    public bool StaysQuantised(TfLiteTensor tensor) => Precision == ImportPrecision.Int8 && tensor.IsQuantised && !tensor.Quantisation!.PerChannel;

    /// <summary>The tensor as the graph stores it, quantised or real: channel-first if it has four axes.</summary>
    public string Stored(int index) => ValueOf(Tensor(index)).Name;

    /// <summary>The tensor as the graph stores it, in the order of the axes that the file has.</summary>
    public string StoredInFileOrder(int index)
    {
        var value = ValueOf(Tensor(index));
        return Tensor(index).Shape.Length != 4 ? value.Name : value.FileOrder ??= Graph.Node("Transpose", [value.Name], null, ("perm", new long[] { 0, 2, 3, 1 }));
    }

    /// <summary>The real values of a tensor: channel-first if it has four axes.</summary>
    public string Real(int index)
    {
        var (tensor, value) = (Tensor(index), ValueOf(Tensor(index)));
        return StaysQuantised(tensor) ? value.Real ??= Dequantise(value.Name, tensor) : value.Name;
    }

    /// <summary>
    /// For operators that work on the stored numbers whatever they mean (averages, interpolation): those numbers as float32, or the real
    /// values where the graph has no stored numbers.
    /// </summary>
    public string Numbers(int index) => !StaysQuantised(Tensor(index)) ? Real(index)
        : Tensor(index).Type == TfLiteType.Int8 ? Differences(index, 128)
        : AsFloat(ValueOf(Tensor(index)));

    /// <summary>Says what an output's stored numbers are, rounded half away from zero as the format's kernels do.</summary>
    public void SetNumbers(int index, string name, TfLiteTensor source)
    {
        var tensor = Tensor(index);
        if (StaysQuantised(tensor)) _values[index] = new(Quantise(name, tensor, HalfAwayFromZero, tensor.Type == TfLiteType.Int8 ? 128 : 0));
        else SetReal(index, name, RangeOf(source));
    }

    /// <summary>Says what an output's stored form is, in ONNX's order.</summary>
    /// <param name="index">The output.</param>
    /// <param name="name">The value in the graph.</param>
    /// <param name="source">A tensor with the same real values, so that its range holds for the output too; null if there is none.</param>
    public void SetStored(int index, string name, TfLiteTensor? source)
    {
        if (source is null || StaysQuantised(Tensor(index))) _values[index] = new(name);
        else SetReal(index, name, RangeOf(source));
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
        var (tensor, limit, bounds) = (Tensor(index), activation ?? Unlimited, known ?? Unlimited);
        if (StaysQuantised(tensor))
        {
            _values[index] = new(Limit(Quantise(name, tensor, tensor.Scale, tensor.Zero), tensor, limit));
            return;
        }
        // The error of a single cell does not average out like that of a map: it is rounded as the file rounds it.
        if (tensor.IsQuantised && tensor.Shape is [1, 1, 1, _])
            (name, bounds) = (Dequantise(Limit(Quantise(name, tensor, tensor.Scale, tensor.Zero), tensor, limit), tensor), Narrower(limit, tensor.Range));
        _values[index] = new(Clamp(name, tensor, bounds, limit, out var range)) { Range = range };
    }

    /// <summary>The range that a tensor's real values are known to keep to.</summary>
    public (float Low, float High) RangeOf(TfLiteTensor tensor) =>
        _values.GetValueOrDefault(tensor.Index)?.Range ?? (tensor.IsQuantised && !tensor.Quantisation!.PerChannel ? tensor.Range : Unlimited);

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
        var slack = tensor.IsQuantised ? tensor.Scale * 1e-3f : 0;
        if (known.Low >= limit.Low - slack && known.High <= limit.High + slack) return name;
        return limit == (0, float.PositiveInfinity)
            ? Graph.Node("Relu", [name], HintOf(tensor))
            : Graph.Node("Clip", [name, Bound(limit.Low), Bound(limit.High)], HintOf(tensor));
    }

    private string Bound(float value) => float.IsInfinity(value) ? "" : Scalar(value);

    private static (float Low, float High) Narrower((float Low, float High) a, (float Low, float High) b) => (Math.Max(a.Low, b.Low), Math.Min(a.High, b.High));

    private sealed class Value(string name)
    {
        public string Name => name;

        public string? FileOrder { get; set; }

        public string? Real { get; set; }

        public string? Float { get; set; }

        public (float Low, float High)? Range { get; init; }
    }
}
