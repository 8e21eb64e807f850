namespace SegPipe.Models.Import.Pickle;

/// <summary>Paddle's <c>.pdparams</c>: one pickle of a dictionary of NumPy arrays.</summary>
internal static class PaddleParameters
{
    /// <summary>Whether a file is one, from its beginning: a pickle whose first value is a dictionary.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head)
    {
        const int frameLength = 9;
        if (head.Length < 3 || head[0] != (byte)PickleOpcode.Protocol || head[1] is < 2 or > 5) return false;
        var first = head[2..];
        if (first[0] == (byte)PickleOpcode.Frame && first.Length > frameLength) first = first[frameLength..];
        return first[0] is (byte)PickleOpcode.EmptyDictionary or (byte)PickleOpcode.Global;
    }

    /// <summary>Reads the tensors.</summary>
    /// <exception cref="SegPipeException">65 with the offset.</exception>
    public static Checkpoint Read(string path, byte[] file) => Checkpoint.Of(path, file.Length, Unpickler.Read(new PickleCursor(path, file, 0)));
}
