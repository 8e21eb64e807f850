using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace SegPipe.Testing;

/// <summary>A NumPy file (.npy) of float32, int8 or uint8 values in C order, widened to float32.</summary>
public sealed partial record NpyFile(int[] Shape, float[] Values)
{
    public static NpyFile Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes[0] != 0x93 || !bytes.AsSpan(1, 5).SequenceEqual("NUMPY"u8)) throw new InvalidDataException($"{path} is no .npy file");
        var start = bytes[6] == 1 ? 10 : 12;
        var length = bytes[6] == 1 ? BitConverter.ToUInt16(bytes, 8) : BitConverter.ToInt32(bytes, 8);
        var header = Encoding.Latin1.GetString(bytes, start, length);
        if (header.Contains("True", StringComparison.Ordinal)) throw new InvalidDataException($"{path} is not in C order: {header}");

        int[] shape = [.. Digits().Matches(ShapeOf().Match(header).Value).Select(m => int.Parse(m.Value, CultureInfo.InvariantCulture))];
        var values = Widen(header, bytes.AsSpan(start + length));
        return values.Length == shape.Aggregate(1, (a, b) => a * b) ? new(shape, values) : throw new InvalidDataException($"{path} is cut off");
    }

    private static float[] Widen(string header, ReadOnlySpan<byte> data)
    {
        if (header.Contains("'<f4'", StringComparison.Ordinal)) return MemoryMarshal.Cast<byte, float>(data).ToArray();
        if (header.Contains("'|u1'", StringComparison.Ordinal)) return [.. data.ToArray().Select(value => (float)value)];
        return header.Contains("'|i1'", StringComparison.Ordinal) ? [.. data.ToArray().Select(value => (float)(sbyte)value)] : throw new InvalidDataException($"unknown element type: {header}");
    }

    [GeneratedRegex(@"'shape': \([^)]*\)")]
    private static partial Regex ShapeOf();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
