using System.Globalization;

namespace SegPipe.Host.Cluster;

/// <summary>
/// Says who works on what by files that are written again and again; their times are the storage's own, so that no two machines need the
/// same clock. A claim keeps nobody from anything: it only tells work that goes on from messages that are lost.
/// </summary>
internal sealed class Claims(TimeProvider time)
{
    private const string Folder = ".segpipe/claims", ClockName = "clock";

    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20), Life = TimeSpan.FromSeconds(90);

    /// <summary>Claims until disposal.</summary>
    public IDisposable Take(string batch, string job, int part, string worker) => new Claim(FileOf(batch, job, part), worker, time);

    /// <summary>Whether a claim was renewed lately.</summary>
    public static bool IsLive(string batch, string job, int part)
    {
        var file = new FileInfo(FileOf(batch, job, part));
        if (!file.Exists) return false;
        var clock = Path.Combine(batch, Folder, ClockName);
        return TryWrite(clock, "") && new FileInfo(clock).LastWriteTimeUtc - file.LastWriteTimeUtc < Life;
    }

    private static string FileOf(string batch, string job, int part) => Path.Combine(batch, Folder, job, part.ToString(CultureInfo.InvariantCulture));

    private static bool TryWrite(string path, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            return true;
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            // Without a claim the worst that happens is that the same is done twice.
            return false;
        }
    }

    private sealed class Claim : IDisposable
    {
        private readonly string _file;
        private readonly ITimer _timer;

        public Claim(string file, string worker, TimeProvider time)
        {
            _file = file;
            TryWrite(file, worker);
            _timer = time.CreateTimer(_ => TryWrite(file, worker), null, Renewal, Renewal);
        }

        public void Dispose()
        {
            _timer.Dispose();
            try
            {
                File.Delete(_file);
            }
            catch (Exception left) when (left is IOException or UnauthorizedAccessException)
            {
                // It grows old by itself.
            }
        }
    }
}
