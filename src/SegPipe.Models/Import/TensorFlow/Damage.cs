namespace SegPipe.Models.Import.TensorFlow;

/// <summary>Errors about files that cannot be imported: one line that names the file and the place in it.</summary>
internal static class Damage
{
    /// <summary>Something is wrong at an offset.</summary>
    public static SegPipeException At(string file, long offset, string what) =>
        new(ExitCode.InputUnusable, $"{file} is damaged at byte {offset}: {what}.", "Fetch the file again.");

    /// <summary>Something is wrong with an entry: a variable, a node.</summary>
    public static SegPipeException In(string file, string entry, string what) =>
        new(ExitCode.InputUnusable, $"{file}, '{Shown(entry)}': {what}.");

    /// <summary>A name from a file as it may stand in a message: one line, not too long.</summary>
    public static string Shown(string name)
    {
        var text = string.Create(Math.Min(name.Length, 160), name, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(from[i]) ? '?' : from[i];
        });
        return text.Length < name.Length ? text + "…" : text;
    }
}
