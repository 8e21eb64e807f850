using System.Globalization;

namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>Puts the operators that an output needs in an order in which each comes behind those that feed it.</summary>
internal static class GraphOrder
{
    /// <summary>The operators, the output last.</summary>
    /// <exception cref="SegPipeException">65: an input does not exist, or operators feed each other in a circle.</exception>
    public static List<GraphNode> Of(string path, GraphNode output, IReadOnlyDictionary<string, GraphNode> nodes)
    {
        const int done = int.MaxValue;
        var order = new List<GraphNode>();
        var state = new Dictionary<GraphNode, int>(ReferenceEqualityComparer.Instance);
        var open = new Stack<GraphNode>([output]);
        // Depth first with a stack of its own: a chain of fifty thousand operators is no reason to run out of the thread's stack.
        while (open.TryPeek(out var node))
        {
            var next = state.GetValueOrDefault(node);
            if (next == node.Inputs.Length)
            {
                order.Add(open.Pop());
                state[node] = done;
                continue;
            }

            state[node] = next + 1;
            var name = NodeOf(node.Inputs[next]);
            if (!nodes.TryGetValue(name, out var input)) throw Damage.In(path, node.Name, $"its input {Damage.Shown(name)} does not exist (byte {node.Place.Offset})");
            if (!state.TryGetValue(input, out var reached)) open.Push(input);
            else if (reached != done) throw Damage.In(path, node.Name, $"it takes part in a circle with {Damage.Shown(name)} (byte {node.Place.Offset})");
        }

        return order;
    }

    /// <summary>The operator that an input names.</summary>
    public static string NodeOf(string input) => Split(input.StartsWith('^') ? input[1..] : input).Name;

    /// <summary>The operator and the number of its output that an input names.</summary>
    public static (string Name, int Output) Split(string input) =>
        input.LastIndexOf(':') is var colon and > 0 && int.TryParse(input.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var output)
            ? (input[..colon], output)
            : (input, 0);
}
