namespace SegPipe.Models.Import.TensorFlow.Graphs;

/// <summary>Concatenation, split and shuffle of channels.</summary>
internal static class ChannelOperators
{
    private const int MaxParts = 64;

    public static GraphValue Concat(OperatorCall call)
    {
        var last = call.Inputs.Length - 1;
        if (last < 1) throw call.Refuse("it has nothing to concatenate");
        if (call.Inputs.All(input => input is ConstantValue)) return ConstantOperators.Concat(call);
        if (call.Integer(last) is not (3 or -1)) throw call.Refuse("only concatenation of channels is supported");
        Feature[] parts = [.. Enumerable.Range(0, last).Select(call.Feature)];
        if (parts.Any(part => part.Size != parts[0].Size)) throw call.Refuse($"the sizes {string.Join(", ", parts.Select(part => part.Size))} differ");
        return new FeatureValue(call.Layers.Concat(parts, call.Node.Name));
    }

    public static GraphValue[] Split(OperatorCall call, int axis, int value)
    {
        var (x, count) = (call.Feature(value), call.Node.Integer("num_split"));
        if (count < 1 || count > MaxParts || x.Channels % count != 0) throw call.Refuse($"{x.Channels} channels cannot be split in {count} equal parts");
        return Split(call, x, call.Integer(axis), [.. Enumerable.Repeat((int)(x.Channels / count), (int)count)]);
    }

    public static GraphValue[] SplitV(OperatorCall call)
    {
        var (x, sizes) = (call.Feature(0), call.Integers(1));
        if (sizes.Length > MaxParts || sizes.Any(size => size < 1 || size > x.Channels) || sizes.Sum() != x.Channels) throw call.Refuse($"{x.Channels} channels cannot be split in [{string.Join(", ", sizes.Take(8))}]");
        return Split(call, x, call.Integer(2), [.. sizes.Select(size => (int)size)]);
    }

    public static GraphValue Reshape(OperatorCall call)
    {
        if (call.Input(0) is ConstantValue { Values: var values }) return new ConstantValue(values.As(Complete(call, values.Count)));
        var grouped = call.Input(0) as GroupedValue;
        var x = grouped?.Source ?? call.Feature(0);
        var (height, width, channels) = ((long)x.Published.Height, (long)x.Published.Width, (long)x.Channels);
        var shape = Complete(call, height * width * channels);
        if (shape.AsSpan().SequenceEqual([1, height, width, channels]))
        {
            return new FeatureValue(grouped is { Swapped: true } ? call.Layers.Shuffle(x, grouped.Groups, call.Node.Name) : x);
        }

        // [1, rows × columns, groups, channels] or [1, rows, columns, groups, channels]: the first half of a channel shuffle.
        var groups = shape.Length >= 4 ? shape[^2] : 0;
        var planes = shape.Length == 4 ? shape[1] == height * width : shape.Length == 5 && shape[1] == height && shape[2] == width;
        if (grouped is not null || !planes || shape[0] != 1 || groups < 2 || groups * shape[^1] != channels) throw call.Refuse($"[1, {height}, {width}, {channels}] cannot become [{string.Join(", ", shape)}]");
        return new GroupedValue(x, (int)groups, Swapped: false);
    }

    public static GraphValue Transpose(OperatorCall call)
    {
        if (call.Input(0) is GroupedValue { Swapped: false } grouped && call.Integers(1) is ([0, 1, 3, 2] or [0, 1, 2, 4, 3]))
        {
            return grouped with { Swapped = true };
        }

        throw call.Refuse("only the exchange of groups and channels is supported");
    }

    private static GraphValue[] Split(OperatorCall call, Feature x, long axis, int[] channels)
    {
        if (axis is not (3 or -1)) throw call.Refuse("only a split of channels is supported");
        return [.. call.Layers.Split(x, channels, call.Node.Name).Select(part => new FeatureValue(part))];
    }

    private static long[] Complete(OperatorCall call, long count)
    {
        long[] shape = [.. call.Integers(1)];
        if (shape.Length > 8) throw call.Refuse("it has more than eight axes");
        var known = TensorValues.CountOf([.. shape.Where(axis => axis != -1)]);
        var open = Array.IndexOf(shape, -1);
        if (open >= 0 && known > 0) shape[open] = count / known;
        return TensorValues.CountOf(shape) == count ? shape : throw call.Refuse($"{count} values cannot have the shape [{string.Join(", ", shape)}]");
    }
}
