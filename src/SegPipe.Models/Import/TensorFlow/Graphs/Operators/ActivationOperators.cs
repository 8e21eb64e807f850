namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>Functions of single values, and Softmax.</summary>
internal static class ActivationOperators
{
    public static GraphValue Relu(OperatorCall call) => Apply(call, "Relu");

    public static GraphValue Sigmoid(OperatorCall call) => Apply(call, "Sigmoid");

    public static GraphValue Softmax(OperatorCall call) => Apply(call, "Softmax", ("axis", 1L));

    public static GraphValue Relu6(OperatorCall call)
    {
        var (graph, x) = (call.Layers.Graph, call.Feature(0));
        var low = graph.Constant<float>(call.Node.Name + "/low", [0]);
        var high = graph.Constant<float>(call.Node.Name + "/high", [6]);
        return new FeatureValue(x with { Name = graph.Node("Clip", [x.Name, low, high], call.Node.Name) });
    }

    private static FeatureValue Apply(OperatorCall call, string op, params ReadOnlySpan<(string, object)> attributes) =>
        new(call.Layers.Apply(op, call.Feature(0), call.Node.Name, attributes));
}
