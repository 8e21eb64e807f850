namespace SegPipe.Models.Import.TfLite;

/// <summary>Reads the file's structure and checks everything that the conversion relies on.</summary>
internal sealed class TfLiteReader
{
    private const int CustomOperator = 32;
    private const int MostAxes = 8;
    private const int LongestName = 80;

    private readonly FlatBuffer _file;
    private readonly FlatTable _model;
    private readonly List<FlatTable> _buffers;

    private TfLiteReader(FlatBuffer file)
    {
        _file = file;
        _model = file.Root;
        _buffers = [.. _model.Tables(4)];
    }

    /// <summary>Whether a file's first bytes are those of a TFLite file.</summary>
    public static bool IsTfLite(ReadOnlySpan<byte> head) => head.Length >= 8 && head[4..8].SequenceEqual("TFL3"u8);

    /// <summary>Reads a file.</summary>
    /// <exception cref="SegPipeException">65 with the offset of what is damaged or not supported.</exception>
    public static TfLiteModel Read(byte[] bytes, string path) => new TfLiteReader(new FlatBuffer(bytes, path)).Read();

    private TfLiteModel Read()
    {
        var version = _model.Int32(0);
        if (version != 3) throw _file.Damaged(_model.Offset, $"the format's version is {version}, only 3 is known");
        var graphs = _model.Vector(2, 4);
        if (graphs.Count != 1) throw _file.Damaged(_model.Offset, $"it holds {graphs.Count} graphs, one is possible");
        var graph = graphs.Tables().First();
        TfLiteTensor[] tensors = [.. graph.Tables(0).Select((table, index) => ReadTensor(table, index))];
        var codes = _model.Tables(1).Select(ReadCode).ToList();
        List<TfLiteOperator> operators = [.. graph.Tables(3).Select(table => ReadOperator(table, codes, tensors.Length))];
        var model = new TfLiteModel(_file, tensors, operators, graph.Int32s(1), graph.Int32s(2), _model.Text(3));
        CheckOrder(model, graph.Offset);
        return model;
    }

    private (int Kind, string Name) ReadCode(FlatTable code)
    {
        // Numbers above 127 did not fit the old field of one byte; writers fill both where they can.
        var kind = Math.Max((sbyte)code.Byte(0), code.Int32(3));
        if (kind < 0) throw _file.Damaged(code.Offset, $"there is no operator {kind}");
        return kind == CustomOperator ? (kind, Shown(code.Text(1))) : (kind, TfLiteOperators.NameOf(kind));
    }

    // Messages and reports say it.
    private static string Shown(string name) => new([.. name.Take(LongestName).Select(c => char.IsControl(c) ? '?' : c)]);

    private TfLiteOperator ReadOperator(FlatTable table, List<(int Kind, string Name)> codes, int tensors)
    {
        var code = table.Int32(0);
        if (code < 0 || code >= codes.Count) throw _file.Damaged(table.Offset, $"operator code {code} does not exist");
        int[] inputs = table.Int32s(1), outputs = table.Int32s(2);
        if (inputs.Any(i => i < -1 || i >= tensors) || outputs.Any(i => i < 0 || i >= tensors)) throw _file.Damaged(table.Offset, "an operator names a tensor that does not exist");
        return new(codes[code].Kind, codes[code].Name, inputs, outputs, table.Table(4) ?? default, table.Offset);
    }

    private TfLiteTensor ReadTensor(FlatTable table, int index)
    {
        int[] shape = [.. table.Int32s(0).Select(axis => axis == -1 ? 1 : axis)];
        if (shape.Length > MostAxes) throw _file.Damaged(table.Offset, $"tensor {index} has {shape.Length} axes");
        long count = 1;
        foreach (var axis in shape)
            if (axis < 0 || (count *= axis) > int.MaxValue) throw _file.Damaged(table.Offset, $"tensor {index} has an impossible shape [{string.Join(", ", shape)}]");
        var type = (TfLiteType)table.Byte(1);
        if (table.Has(6)) throw _file.Damaged(table.Offset, $"tensor {index} is stored sparsely, which is not supported");
        var data = ReadData(table, index);
        if (data.Length > 0 && BytesOf(type) is { } size && data.Length != count * size)
            throw _file.Damaged(table.Offset, $"tensor {index} stores {data.Length} bytes for {count} elements of {size}");
        return new(index, table.Text(3), type, shape, data, ReadQuantisation(table, type, shape));
    }

    private ReadOnlyMemory<byte> ReadData(FlatTable tensor, int index)
    {
        var number = tensor.Int32(2);
        if (number < 0 || number >= _buffers.Count) throw _file.Damaged(tensor.Offset, $"tensor {index} lies in buffer {number}, which does not exist");
        var buffer = _buffers[number];
        // Files above 2 GB store data behind the tables; 0 and 1 mean that there is none.
        if (buffer.Int64(1) > 1) return _file.Slice(buffer.Int64(1), buffer.Int64(2));
        var data = buffer.Vector(0, 1);
        return _file.Slice(data.Start, data.Count);
    }

    private TfLiteQuantisation? ReadQuantisation(FlatTable tensor, TfLiteType type, int[] shape)
    {
        if (tensor.Table(4) is not { } table) return null;
        float[] scales = [.. table.Int32s(2).Select(BitConverter.Int32BitsToSingle)];
        // A range without a scale is a note of the training, no quantisation.
        if (scales.Length == 0 || type is not (TfLiteType.UInt8 or TfLiteType.Int8 or TfLiteType.Int16 or TfLiteType.Int32)) return null;
        var zeros = table.Vector(3, 8);
        var axis = table.Int32(6);
        if (scales.Any(scale => !float.IsFinite(scale) || scale <= 0)) throw _file.Damaged(table.Offset, "a scale is not above zero");
        if (zeros.Count != 0 && zeros.Count != scales.Length) throw _file.Damaged(table.Offset, $"there are {scales.Length} scales and {zeros.Count} zero points");
        if (scales.Length > 1 && (axis < 0 || axis >= shape.Length || shape[axis] != scales.Length)) throw _file.Damaged(table.Offset, $"{scales.Length} scales do not fit axis {axis} of [{string.Join(", ", shape)}]");
        var (low, high) = type switch { TfLiteType.UInt8 => (0, 255), TfLiteType.Int8 => (-128, 127), _ => (int.MinValue, int.MaxValue) };
        var zeroPoints = new int[scales.Length];
        for (var i = 0; i < zeros.Count; i++)
        {
            var zero = _file.Int64(zeros.Start + 8L * i);
            if (zero < low || zero > high) throw _file.Damaged(table.Offset, $"zero point {zero} is outside {low}–{high}");
            zeroPoints[i] = (int)zero;
        }
        // One scale for the whole tensor runs along no axis, whatever is stored.
        return new(scales, zeroPoints, scales.Length > 1 ? axis : 0);
    }

    private void CheckOrder(TfLiteModel model, long offset)
    {
        var known = new HashSet<int>(model.Inputs);
        if (model.Inputs.Concat(model.Outputs).Any(i => i < 0 || i >= model.Tensors.Length)) throw _file.Damaged(offset, "the graph's inputs or outputs name a tensor that does not exist");
        foreach (var op in model.Operators)
        {
            if (op.Inputs.FirstOrDefault(i => i >= 0 && !model.Tensors[i].IsConstant && !known.Contains(i), -1) is >= 0 and var missing)
                throw _file.Damaged(op.Offset, $"{op.Name} reads tensor {missing} before anything makes it");
            foreach (var made in op.Outputs)
                if (model.Tensors[made].IsConstant || !known.Add(made)) throw _file.Damaged(op.Offset, $"{op.Name} makes tensor {made} a second time");
        }
        if (model.Outputs.FirstOrDefault(i => !known.Contains(i), -1) is >= 0 and var unmade) throw _file.Damaged(offset, $"nothing makes the output, tensor {unmade}");
    }

    private static int? BytesOf(TfLiteType type) => type switch
    {
        TfLiteType.Float32 or TfLiteType.Int32 => 4,
        TfLiteType.Float16 or TfLiteType.Int16 => 2,
        TfLiteType.Int64 => 8,
        TfLiteType.UInt8 or TfLiteType.Int8 or TfLiteType.Bool => 1,
        _ => null,
    };
}
