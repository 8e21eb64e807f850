namespace SegPipe.Models.Import.Pickle;

/// <summary>Weights that a training framework saved: tensors by name, and what else stands beside them.</summary>
/// <param name="Where">The file, for messages.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Tensors">The tensors in the order of the file.</param>
/// <param name="Meta">The entry <c>meta</c>, as MMSegmentation writes it; null where there is none.</param>
internal sealed record Checkpoint(string Where, long Bytes, IReadOnlyDictionary<string, StoredTensor> Tensors, PickleDictionary? Meta)
{
    private const long LongestFile = 1L << 30;

    private static readonly string[] StateNames = ["state_dict", "model_state_dict", "model", "network", "net", "params", "ema_state_dict"];

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="SegPipeException">65 too long, 66 missing, 74 unreadable.</exception>
    public static byte[] ReadFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > LongestFile) throw CheckpointFault.In(path, $"it has {file.Length} bytes, and weights of these families have far fewer than {LongestFile}");
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (FileNotFoundException e)
        {
            throw new SegPipeException(ExitCode.InputMissing, $"There is no file {path}.", null, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.IoError, $"{path} cannot be read: {e.Message}", null, e);
        }
    }

    /// <summary>Finds the tensors in what a pickle held: the dictionary itself, or one of those in it.</summary>
    /// <exception cref="SegPipeException">65: there are none.</exception>
    public static Checkpoint Of(string where, long bytes, object? root)
    {
        if (root is not PickleDictionary dictionary) throw CheckpointFault.In(where, "it holds no dictionary of tensors", "Save the state_dict, not the module.");
        var named = StateNames.Select(n => dictionary.Entries.GetValueOrDefault(n)).Append(dictionary).Concat(dictionary.Entries.Values);
        foreach (var candidate in named.OfType<PickleDictionary>())
        {
            var tensors = TensorsOf(candidate);
            if (tensors.Count > 0) return new(where, bytes, tensors, dictionary.Entries.GetValueOrDefault("meta") as PickleDictionary);
        }
        throw CheckpointFault.In(where, "it holds no tensors");
    }

    private static Dictionary<string, StoredTensor> TensorsOf(PickleDictionary dictionary)
    {
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var (name, value) in dictionary.Entries)
            if (Tensor(value) is { } tensor) tensors[name] = tensor;
        return tensors;
    }

    private static StoredTensor? Tensor(object? value) => value switch
    {
        StoredTensor tensor => tensor,
        NumpyArray array => array.Tensor,
        // Paddle writes a tensor that is no parameter of a layer as (name, array).
        object?[] and [string, NumpyArray array] => array.Tensor,
        _ => null,
    };
}
