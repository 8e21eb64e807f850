using System.Globalization;
using System.Text;
using SegPipe.Parts;

namespace SegPipe.Sinks;

/// <summary>Puts files of records together: only the numbers of the pictures are written anew.</summary>
internal static class JoinedRecords
{
    private const string Number = ",\"seq\":";

    /// <summary>Writes one file of all pieces.</summary>
    /// <param name="path">Its final name.</param>
    /// <param name="sink">Id of the sink.</param>
    /// <param name="pieces">The pieces in their order.</param>
    /// <param name="select">Gives a record as it is to be written, or null where it is not.</param>
    /// <param name="abort">Ends it.</param>
    /// <exception cref="SegPipeException">65 if a piece cannot be read; 73 or 74 if the file cannot be written.</exception>
    public static void Write(string path, string sink, IReadOnlyList<PartPiece> pieces, Func<string, string?> select, CancellationToken abort)
    {
        using var file = PieceFiles.Create(path);
        foreach (var piece in pieces)
        {
            var from = piece.Of(sink, RecordFile.Extension);
            foreach (var line in PieceFiles.ReadLines(from))
            {
                abort.ThrowIfCancellationRequested();
                if (select(line) is { } record) file.Write(Encoding.UTF8.GetBytes(Shifted(record, piece.Shift, from) + "\n"));
            }
        }
        file.Complete();
    }

    private static string Shifted(string record, long shift, string path)
    {
        var start = record.IndexOf(Number, StringComparison.Ordinal) + Number.Length;
        var end = record.IndexOf(',', Math.Max(start, 0));
        if (start < Number.Length || end < 0 || !long.TryParse(record.AsSpan(start, end - start), CultureInfo.InvariantCulture, out var number))
            throw PieceFiles.Unfit(path, "holds a record without a number");
        return string.Create(CultureInfo.InvariantCulture, $"{record.AsSpan(0, start)}{number + shift}{record.AsSpan(end)}");
    }
}
