namespace SegPipe.Models.Import.Pickle;

/// <summary>What is wrong with a checkpoint, as one line with the place.</summary>
internal static class CheckpointFault
{
    /// <summary>A fault at an offset of a file or of an entry.</summary>
    public static SegPipeException At(string where, long offset, string cause, string? advice = null) =>
        new(ExitCode.InputUnusable, $"{where} cannot be imported: {cause} at byte {offset}.", advice);

    /// <summary>A fault of a file or of an entry as a whole.</summary>
    public static SegPipeException In(string where, string cause, string? advice = null) =>
        new(ExitCode.InputUnusable, $"{where} cannot be imported: {cause}.", advice);

    /// <summary>A name out of a stranger's file, short enough and clean enough for a message.</summary>
    public static string Quote(string name)
    {
        const int shown = 80;
        var clean = new string([.. name.Take(shown).Select(c => char.IsControl(c) ? '?' : c)]);
        return name.Length > shown ? $"'{clean}…'" : $"'{clean}'";
    }
}
