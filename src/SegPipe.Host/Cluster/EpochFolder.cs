using System.Globalization;

namespace SegPipe.Host.Cluster;

/// <summary>The folder of one owner of a stream. No two owners ever have one folder, whatever the broker says, so a former owner that wakes up late writes beside the new one.</summary>
internal static class EpochFolder
{
    private const string OwnerName = ".owner";

    /// <summary>Makes the folder of the next owner, behind all that there are.</summary>
    /// <param name="root">Folder of the streams' outputs.</param>
    /// <param name="stream">Id of the stream.</param>
    /// <param name="known">The highest epoch that a token has told.</param>
    /// <param name="worker">Who owns it.</param>
    /// <exception cref="SegPipeException">73 if it cannot be made.</exception>
    public static (long Epoch, string Folder) Make(string root, string stream, long known, string worker)
    {
        var streams = Path.Combine(root, "stream", stream);
        try
        {
            Directory.CreateDirectory(streams);
            for (var epoch = Math.Max(known, Highest(streams)) + 1; ; epoch++)
            {
                var folder = Path.Combine(streams, string.Create(CultureInfo.InvariantCulture, $"e{epoch:000000}"));
                Directory.CreateDirectory(folder);
                if (TryOwn(Path.Combine(folder, OwnerName), worker)) return (epoch, folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.CannotCreate, $"{streams} cannot be written to: {e.Message}", "Check that the folder may be written to and that the disk has room.", e);
        }
    }

    /// <summary>The number of the owner that a folder is of; 0 where it is no owner's.</summary>
    public static long EpochOf(string folder) => long.TryParse(Path.GetFileName(folder).AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) ? epoch : 0;

    private static long Highest(string streams) => Directory.EnumerateDirectories(streams, "e*").Select(EpochOf).DefaultIfEmpty().Max();

    private static bool TryOwn(string mark, string worker)
    {
        try
        {
            using var file = new StreamWriter(new FileStream(mark, FileMode.CreateNew));
            file.WriteLine(worker);
            return true;
        }
        catch (IOException) when (File.Exists(mark))
        {
            return false;
        }
    }
}
