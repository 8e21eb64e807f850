using System.Globalization;

namespace SegPipe.Host.Cluster;

/// <summary>
/// Says who works on what by files that are written again and again; their times are the storage's own, so that no two machines need the
/// same clock. A claim keeps nobody from anything: it only tells work that goes on from messages that are lost.
/// </summary>
internal static class Claims
{
    private const string Folder = ".segpipe/claims", ClockName = "clock";

    /// <summary>How often a claim is renewed, and how long it holds without.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20), Life = TimeSpan.FromSeconds(90);

    /// <summary>Claims until disposal.</summary>
    public static IDisposable Take(string batch, string job, int part, string worker, TimeProvider time) => new Claim(Path.Combine(FolderOf(batch, job), part.ToString(CultureInfo.InvariantCulture)), worker, time);

    /// <summary>The parts of a job whose claims were renewed lately.</summary>
    public static IReadOnlySet<int> Live(string batch, string job)
    {
        var live = new HashSet<int>();
        var claims = new DirectoryInfo(FolderOf(batch, job));
        if (!claims.Exists) return live;
        var clock = Path.Combine(batch, Folder, ClockName);
        if (!TryWrite(clock, "")) return live;
        var now = new FileInfo(clock).LastWriteTimeUtc;
        foreach (var file in claims.EnumerateFiles())
            if (int.TryParse(file.Name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var part) && file.Exists && now - file.LastWriteTimeUtc < Life) live.Add(part);
        return live;
    }

    private static string FolderOf(string batch, string job) => Path.Combine(batch, Folder, job);

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
