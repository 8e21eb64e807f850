namespace SegPipe.Models.Import.TfLite.Folding;

/// <summary>Who makes and who reads the values of a graph.</summary>
internal sealed class GraphLinks
{
    private readonly Dictionary<int, TfLiteOperator> _makers = [];
    private readonly Dictionary<int, List<TfLiteOperator>> _readers = [];
    private readonly HashSet<int> _outputs;

    public GraphLinks(TfLiteModel model)
    {
        _outputs = [.. model.Outputs];
        foreach (var op in model.Operators)
        {
            foreach (var output in op.Outputs) _makers[output] = op;
            foreach (var input in op.Inputs)
            {
                if (!_readers.TryGetValue(input, out var readers)) _readers[input] = readers = [];
                readers.Add(op);
            }
        }
    }

    /// <summary>The operator that makes a tensor, or null.</summary>
    public TfLiteOperator? Maker(int tensor) => _makers.GetValueOrDefault(tensor);

    /// <summary>The operator that reads the only output of another one, where nobody else needs it; else null.</summary>
    public TfLiteOperator? OnlyReader(TfLiteOperator op) =>
        op.Outputs is [var output] && !_outputs.Contains(output) && _readers.GetValueOrDefault(output) is [var reader] && reader.Inputs[0] == output ? reader : null;
}
