using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Configuration;

/// <summary>Finds which entry of <c>from</c> goes to which input: users may write them in any order.</summary>
internal static class InputMatching
{
    /// <summary>For each input the place of its entry, the written order where that fits, or null where no order does.</summary>
    public static int[]? Assign(IReadOnlyList<InputDescriptor> inputs, IReadOnlyList<PayloadKind> given)
    {
        if (inputs.Count != given.Count) return null;
        var order = new int[inputs.Count];
        var taken = new bool[given.Count];
        return Place(0) ? order : null;

        bool Place(int input)
        {
            if (input == inputs.Count) return true;
            for (var step = 0; step < given.Count; step++)
            {
                var entry = (input + step) % given.Count;
                if (taken[entry] || !inputs[input].Accepts.Contains(given[entry])) continue;
                (taken[entry], order[input]) = (true, entry);
                if (Place(input + 1)) return true;
                taken[entry] = false;
            }
            return false;
        }
    }
}
