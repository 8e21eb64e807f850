using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.Keras;

/// <summary>
/// A value on its way through a network. Its shape is Keras' (rows, columns, channels; no batch); where it has these three axes the
/// ONNX value is channels first.
/// </summary>
internal class KerasTensor(int[] shape, string? value = null)
{
    // 1 GiB of float32: what no picture needs, and what the run that checks an import can still have.
    private const long Largest = 1 << 28;

    /// <summary>Rows, columns and channels, or fewer axes behind a flattening.</summary>
    public IReadOnlyList<int> Shape => shape;

    /// <summary>Whether it is a picture or feature map.</summary>
    public bool IsMap => shape.Length == 3;

    /// <summary>Rows of a map.</summary>
    public int Rows => shape[0];

    /// <summary>Columns of a map.</summary>
    public int Columns => shape[1];

    /// <summary>The last axis.</summary>
    public int Channels => shape[^1];

    /// <summary>The value's name in the graph. What waits to be merged with its neighbour is written now.</summary>
    public virtual string Value(OnnxGraphBuilder graph) => value ?? throw new InvalidOperationException("The tensor has no value.");

    /// <summary>Whether a shape has axes, and at least one and not too many elements.</summary>
    public static bool IsUsable(IReadOnlyList<int> shape)
    {
        long count = 1;
        foreach (var axis in shape)
        {
            if (axis < 1 || (count *= axis) > Largest) return false;
        }
        return shape.Count > 0;
    }
}
