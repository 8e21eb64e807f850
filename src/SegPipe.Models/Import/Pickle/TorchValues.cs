namespace SegPipe.Models.Import.Pickle;

/// <summary>A PyTorch storage: elements that tensors are views of.</summary>
/// <param name="Kind">Type of the elements.</param>
/// <param name="Key">Name among the file's storages.</param>
/// <param name="Elements">Their number, as the pickle announces it.</param>
/// <param name="Bytes">Fetches the bytes when a tensor's values are asked for, exactly as many as the elements have.</param>
internal sealed record TorchStorage(ElementKind Kind, string Key, long Elements, Func<ReadOnlyMemory<byte>> Bytes);

/// <summary>What stands for PyTorch's own globals.</summary>
internal static class TorchValues
{
    /// <summary>Elements that a storage may announce.</summary>
    public const long MostElements = int.MaxValue / 8;

    private static readonly (string Name, ElementKind Kind)[] Storages =
    [
        ("FloatStorage", ElementKind.Float32),
        ("DoubleStorage", ElementKind.Float64),
        ("HalfStorage", ElementKind.Float16),
        ("BFloat16Storage", ElementKind.BFloat16),
        ("LongStorage", ElementKind.Int64),
        ("IntStorage", ElementKind.Int32),
        ("ShortStorage", ElementKind.Int16),
        ("CharStorage", ElementKind.Int8),
        ("ByteStorage", ElementKind.UInt8),
        ("BoolStorage", ElementKind.Bool),
    ];

    /// <summary>The globals of tensors, parameters and storages.</summary>
    public static IEnumerable<PickleGlobal> Globals =>
    [
        new("torch._utils._rebuild_tensor_v2", Tensor),
        new("torch._utils._rebuild_tensor", Tensor),
        new("torch._utils._rebuild_parameter", arguments => arguments is [StoredTensor tensor, ..] ? tensor : null),
        new("torch.Size", arguments => arguments is [var items] ? PickleList.ItemsOf(items)?.ToArray() : null),
        new("torch.device", arguments => arguments is [string device, ..] ? device : null),
        .. Storages.Select(s => new PickleGlobal("torch." + s.Name, null)),
    ];

    /// <summary>The element type that a storage class holds, or null for another global.</summary>
    public static ElementKind? StorageKind(PickleGlobal global)
    {
        foreach (var (name, kind) in Storages)
            if (global.Name == "torch." + name) return kind;
        return null;
    }

    // (storage, offset, shape, strides, needs gradient, hooks, metadata): what is behind the strides says nothing about the values.
    private static StoredTensor? Tensor(object?[] arguments) =>
        arguments is [TorchStorage storage, long offset, var shape, var strides, ..] && PickleList.TryIntegers(shape, out var axes) && PickleList.TryIntegers(strides, out var steps)
            ? StoredTensor.View(storage.Kind, storage.Elements, storage.Bytes, offset, axes, steps)
            : null;
}
