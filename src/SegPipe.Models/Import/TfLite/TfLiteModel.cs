namespace SegPipe.Models.Import.TfLite;

/// <summary>Element types, by the format's numbers.</summary>
internal enum TfLiteType
{
    Float32 = 0,
    Float16 = 1,
    Int32 = 2,
    UInt8 = 3,
    Int64 = 4,
    Bool = 6,
    Int16 = 7,
    Int8 = 9,
}

/// <summary>real = scale · (stored − zero point), for the whole tensor or for each slice along an axis.</summary>
/// <param name="Scales">One scale, or one a slice; finite and above zero, at times below 1e-8.</param>
/// <param name="ZeroPoints">As many zero points, within the element type's range.</param>
/// <param name="Axis">The axis of the slices, in the tensor's own order.</param>
internal sealed record TfLiteQuantisation(float[] Scales, int[] ZeroPoints, int Axis)
{
    /// <summary>Whether each slice has its own scale.</summary>
    public bool PerChannel => Scales.Length > 1;

    /// <summary>Whether two tensors store the same real value as the same number.</summary>
    public bool Same(TfLiteQuantisation other) => Scales.SequenceEqual(other.Scales) && ZeroPoints.SequenceEqual(other.ZeroPoints);
}

/// <summary>A value of the graph, constant or computed.</summary>
/// <param name="Index">Its place in the file's list.</param>
/// <param name="Name">Its name, for people.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Lengths of the axes; a free batch is 1.</param>
/// <param name="Data">The stored bytes of a constant, empty for computed values.</param>
/// <param name="Quantisation">How it is quantised, or null.</param>
internal sealed record TfLiteTensor(int Index, string Name, TfLiteType Type, int[] Shape, ReadOnlyMemory<byte> Data, TfLiteQuantisation? Quantisation)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, axis) => product * axis);

    /// <summary>Whether the file holds its values.</summary>
    public bool IsConstant => Data.Length > 0;

    /// <summary>Whether it stores quantised real values.</summary>
    public bool IsQuantised => Quantisation is not null && Type is (TfLiteType.UInt8 or TfLiteType.Int8);

    /// <summary>Scale of a tensor that is quantised as a whole.</summary>
    public float Scale => Quantisation!.Scales[0];

    /// <summary>Zero point of a tensor that is quantised as a whole, counted from the smallest number that can be stored: 0–255.</summary>
    public int Zero => Quantisation!.ZeroPoints[0] + (Type == TfLiteType.Int8 ? 128 : 0);

    /// <summary>Smallest and largest real value of a tensor that is quantised as a whole.</summary>
    public (float Low, float High) Range => (Scale * -Zero, Scale * (255 - Zero));
}

/// <summary>One operator of the graph.</summary>
/// <param name="Kind">The format's number of the operator; 32 for custom ones.</param>
/// <param name="Name">Its name, as the format or the custom code says it.</param>
/// <param name="Inputs">Tensors that it reads; −1 where one is left out.</param>
/// <param name="Outputs">Tensors that it makes.</param>
/// <param name="Options">Its options; an empty table where there are none.</param>
/// <param name="Offset">Where it lies in the file, for messages.</param>
internal sealed record TfLiteOperator(int Kind, string Name, int[] Inputs, int[] Outputs, FlatTable Options, long Offset)
{
    /// <summary>Dilation and padding that operators around a convolution asked for; null where the convolution's own options hold.</summary>
    public FoldedWindow? Folded { get; init; }

    /// <summary>Groups of a channel shuffle.</summary>
    public int Groups { get; init; } = 1;
}

/// <summary>Padding and dilation of a convolution that stood in PAD or SPACE_TO_BATCH_ND before it.</summary>
/// <param name="Dilation">Dilation of rows and columns.</param>
/// <param name="Pads">Rows above, columns left, rows below, columns right.</param>
internal sealed record FoldedWindow((int Rows, int Columns) Dilation, long[] Pads);

/// <summary>A file's only graph.</summary>
/// <param name="Buffer">The file.</param>
/// <param name="Tensors">All values.</param>
/// <param name="Operators">In an order in which each stands behind those that feed it.</param>
/// <param name="Inputs">Tensors that the caller gives.</param>
/// <param name="Outputs">Tensors that the caller gets.</param>
/// <param name="Description">What the converter wrote about itself.</param>
internal sealed record TfLiteModel(FlatBuffer Buffer, TfLiteTensor[] Tensors, IReadOnlyList<TfLiteOperator> Operators, int[] Inputs, int[] Outputs, string Description);
