using System.Globalization;
using System.Text.Json;
using SegPipe.Processes;

namespace SegPipe.Host.Batch.Storage;

/// <summary>A batch's truth below one folder, on this machine or shared by several.</summary>
/// <param name="folder">Folder of the outputs; the state lies below it in <c>.segpipe</c>.</param>
internal sealed partial class FolderStore(string folder) : ISharedStore
{
    private const string StateName = ".segpipe", TemporaryMark = ".tmp-", OutcomeName = "out.json";

    private const int ProbeDigits = 32;

    private readonly string _state = Path.Combine(Path.GetFullPath(folder), StateName);

    /// <inheritdoc/>
    public string OutputFolder { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    /// <summary>The file whose holder may change the batch.</summary>
    public string LockPath => Path.Combine(_state, "lock");

    /// <inheritdoc/>
    public Task<T?> ReadAsync<T>(string name, CancellationToken abort)
        where T : class => Task.FromResult(Read<T>(Path.Combine(_state, name)));

    /// <inheritdoc/>
    public Task WriteAsync<T>(string name, T document, CancellationToken abort)
        where T : class
    {
        AtomicFile.Write(Path.Combine(_state, name), BatchJson.Write(document));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string name, CancellationToken abort)
    {
        var path = Path.Combine(_state, name);
        if (File.Exists(path)) AtomicFile.Guard(path, () => File.Delete(path));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlySet<int>> CommittedAsync(string job, string configHash, CancellationToken abort)
    {
        var segments = SegmentsOf(job);
        var committed = new HashSet<int>();
        if (Directory.Exists(segments))
        {
            foreach (var segment in Directory.EnumerateDirectories(segments))
                if (int.TryParse(Path.GetFileName(segment), NumberStyles.None, CultureInfo.InvariantCulture, out var index) && File.Exists(Path.Combine(segment, configHash, OutcomeName)))
                    committed.Add(index);
        }
        return Task.FromResult<IReadOnlySet<int>>(committed);
    }

    /// <inheritdoc/>
    public Task<SegmentOutcome?> OutcomeAsync(SegmentWork work, CancellationToken abort) => Task.FromResult(Read<SegmentOutcome>(Path.Combine(FolderOf(work), OutcomeName)));

    /// <inheritdoc/>
    public Task<string> StageAsync(SegmentWork work, string worker, int attempt, CancellationToken abort)
    {
        var staged = $"{FolderOf(work)}{TemporaryMark}{worker}-{attempt}";
        AtomicFile.Guard(staged, () =>
        {
            if (Directory.Exists(staged)) Directory.Delete(staged, recursive: true);
            Directory.CreateDirectory(staged);
        });
        return Task.FromResult(staged);
    }

    /// <inheritdoc/>
    public Task<bool> CommitAsync(SegmentWork work, string staged, SegmentOutcome outcome, CancellationToken abort)
    {
        var final = FolderOf(work);
        AtomicFile.Write(Path.Combine(staged, OutcomeName), BatchJson.Write(outcome));
        var first = true;
        AtomicFile.Guard(final, () =>
        {
            try
            {
                // A folder never takes the place of one that holds something: of two that finish, one finds it taken.
                Directory.Move(staged, final);
            }
            catch (IOException) when (File.Exists(Path.Combine(final, OutcomeName)))
            {
                first = false;
                Directory.Delete(staged, recursive: true);
                return;
            }
            Disk.Synchronise(Path.GetDirectoryName(final)!);
        });
        return Task.FromResult(first);
    }

    /// <inheritdoc/>
    public Task DiscardAsync(string staged)
    {
        if (Directory.Exists(staged)) AtomicFile.Guard(staged, () => Directory.Delete(staged, recursive: true));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<string> PiecesAsync(SegmentWork work, CancellationToken abort) => Task.FromResult(FolderOf(work));

    /// <inheritdoc/>
    public Task WithdrawAsync(SegmentWork work, CancellationToken abort) => DiscardAsync(FolderOf(work));

    /// <inheritdoc/>
    public Task RemoveSegmentsAsync(string job, CancellationToken abort) => DiscardAsync(SegmentsOf(job));

    /// <summary>Removes what runs that were killed have left half; for the holder of the lock, where nobody else works in the folder.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(_state)) return;
        AtomicFile.Guard(_state, () =>
        {
            foreach (var left in Directory.EnumerateFileSystemEntries(_state, $"*{TemporaryMark}*", SearchOption.AllDirectories).ToList())
            {
                if (Directory.Exists(left)) Directory.Delete(left, recursive: true);
                else if (File.Exists(left)) File.Delete(left);
            }
            // Whether a folder can be written to is tried with an empty file, which lives for a moment only.
            var near = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, AttributesToSkip = FileAttributes.None };
            foreach (var tried in new DirectoryInfo(OutputFolder).EnumerateFiles($"{StateName}-{new string('?', ProbeDigits)}", near).Where(file => file.Length == 0).ToList()) tried.Delete();
        });
    }

    private static T? Read<T>(string path)
        where T : class
    {
        try
        {
            return BatchJson.Read<T>(File.ReadAllText(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new SegPipeException(ExitCode.InputUnusable, $"{path} cannot be understood: {e.Message}", "Another version of SegPipe may have written it; remove it, and resume does its work again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.IoError, $"{path} cannot be read: {e.Message}", "Check the disk and the file's permissions.", e);
        }
    }

    private string SegmentsOf(string job) => Path.Combine(_state, "jobs", job, "seg");

    private string FolderOf(SegmentWork work) => Path.Combine(SegmentsOf(work.Job), work.Index.ToString("00000", CultureInfo.InvariantCulture), work.ConfigHash);
}
