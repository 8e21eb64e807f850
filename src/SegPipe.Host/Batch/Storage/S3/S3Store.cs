using System.Globalization;
using System.Text.Json;

namespace SegPipe.Host.Batch.Storage.S3;

/// <summary>
/// A batch's truth as objects below a prefix; work is done in a folder of this machine. A segment's pieces are stored under a hash of their
/// content first, then one small object says that they are its result: of two that finish, the first one does.
/// </summary>
/// <param name="objects">The storage.</param>
/// <param name="place">What the batch's keys begin with.</param>
/// <param name="inputs">Inputs that were fetched.</param>
/// <param name="scratch">Folder of this process for this batch.</param>
internal sealed partial class S3Store(S3Objects objects, S3Location place, InputCache inputs, string scratch) : ISharedStore
{
    private const string StateName = ".segpipe", CommitExtension = ".json";
    private const int Sums = 16;

    /// <inheritdoc/>
    public string Name => place.ToString();

    /// <inheritdoc/>
    public string Address => place.ToString();

    /// <inheritdoc/>
    public string OutputFolder { get; } = Path.Combine(scratch, "out");

    /// <inheritdoc/>
    public async Task<T?> ReadAsync<T>(string name, CancellationToken abort)
        where T : class => await ReadTextAsync(name, abort).ConfigureAwait(false) is { } text ? Parse<T>(name, text) : null;

    /// <inheritdoc/>
    public Task WriteAsync<T>(string name, T document, CancellationToken abort)
        where T : class => WriteTextAsync(name, BatchJson.Write(document), abort);

    /// <inheritdoc/>
    public Task<string?> ReadTextAsync(string name, CancellationToken abort) => objects.ReadAsync(place.Bucket, KeyOf(name), abort);

    /// <inheritdoc/>
    public Task WriteTextAsync(string name, string text, CancellationToken abort) => objects.WriteAsync(place.Bucket, KeyOf(name), text, first: false, abort);

    /// <inheritdoc/>
    public Task RemoveAsync(string name, CancellationToken abort) => objects.RemoveAsync(place.Bucket, KeyOf(name), abort);

    /// <inheritdoc/>
    public async Task<IReadOnlySet<int>> CommittedAsync(string job, string configHash, CancellationToken abort)
    {
        var committed = new HashSet<int>();
        foreach (var found in await objects.ListAsync(place.Bucket, KeyOf($"jobs/{job}/commits/{configHash}/"), abort).ConfigureAwait(false))
            if (int.TryParse(Path.GetFileNameWithoutExtension(found.Key), NumberStyles.None, CultureInfo.InvariantCulture, out var index)) committed.Add(index);
        return committed;
    }

    /// <inheritdoc/>
    public Task<SegmentOutcome?> OutcomeAsync(SegmentWork work, CancellationToken abort) => ReadAsync<SegmentOutcome>(CommitOf(work), abort);

    /// <inheritdoc/>
    public Task<string> StageAsync(SegmentWork work, string worker, int attempt, CancellationToken abort)
    {
        var staged = Path.Combine(scratch, "stage", work.Job, $"{IndexOf(work)}-{work.ConfigHash}-{worker}-{attempt.ToString(CultureInfo.InvariantCulture)}");
        AtomicFile.Guard(staged, () =>
        {
            if (Directory.Exists(staged)) Directory.Delete(staged, recursive: true);
            Directory.CreateDirectory(staged);
        });
        return Task.FromResult(staged);
    }

    /// <inheritdoc/>
    public async Task<bool> CommitAsync(SegmentWork work, string staged, SegmentOutcome outcome, CancellationToken abort)
    {
        // Who has the same pieces writes the same bytes under the same names, and who has others harms nobody's.
        await S3Objects.EachAsync(PiecesOf(outcome), (piece, cancel) => objects.StoreAsync(Path.Combine(staged, piece), place.Bucket, PieceKey(work, outcome, piece), cancel), abort).ConfigureAwait(false);
        var first = await objects.WriteAsync(place.Bucket, KeyOf(CommitOf(work)), BatchJson.Write(outcome), first: true, abort).ConfigureAwait(false);
        await DiscardAsync(staged).ConfigureAwait(false);
        return first;
    }

    /// <inheritdoc/>
    public Task DiscardAsync(string staged)
    {
        if (Directory.Exists(staged)) AtomicFile.Guard(staged, () => Directory.Delete(staged, recursive: true));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<string> PiecesAsync(SegmentWork work, CancellationToken abort)
    {
        var folder = Path.Combine(JoinFolder(work.Job), $"{IndexOf(work)}-{work.ConfigHash}");
        AtomicFile.Guard(folder, () => Directory.CreateDirectory(folder));
        if (await OutcomeAsync(work, abort).ConfigureAwait(false) is not { } outcome) return folder;
        // What cannot be fetched is missing in the folder, and found to be by whoever looks at it.
        await S3Objects.EachAsync(PiecesOf(outcome), (piece, cancel) => objects.FetchAsync(place.Bucket, PieceKey(work, outcome, piece), Path.Combine(folder, piece), cancel), abort).ConfigureAwait(false);
        return folder;
    }

    /// <inheritdoc/>
    public Task WithdrawAsync(SegmentWork work, CancellationToken abort) => RemoveAsync(CommitOf(work), abort);

    /// <inheritdoc/>
    public async Task RemoveSegmentsAsync(string job, CancellationToken abort)
    {
        // The results first: none may be left that names pieces which are gone.
        foreach (var kind in (string[])["commits", "seg"])
            await S3Objects.EachAsync(await objects.ListAsync(place.Bucket, KeyOf($"jobs/{job}/{kind}/"), abort).ConfigureAwait(false), (found, cancel) => objects.RemoveAsync(place.Bucket, found.Key, cancel), abort).ConfigureAwait(false);
    }

    private static string IndexOf(SegmentWork work) => work.Index.ToString("00000", CultureInfo.InvariantCulture);

    private static string CommitOf(SegmentWork work) => $"jobs/{work.Job}/commits/{work.ConfigHash}/{IndexOf(work)}{CommitExtension}";

    private static IEnumerable<string> PiecesOf(SegmentOutcome outcome) => outcome.Result.Outputs.SelectMany(o => o.Files).Select(f => f.Name);

    private string KeyOf(string name) => place.Key($"{StateName}/{name}");

    private string PieceKey(SegmentWork work, SegmentOutcome outcome, string piece) => KeyOf($"jobs/{work.Job}/seg/{IndexOf(work)}/{work.ConfigHash}/{outcome.Sha256[..Sums]}/{piece}");

    private string JoinFolder(string job) => Path.Combine(scratch, "join", job);

    private T Parse<T>(string name, string text)
    {
        try
        {
            return BatchJson.Read<T>(text);
        }
        catch (JsonException wrong)
        {
            throw new SegPipeException(ExitCode.InputUnusable, $"{this.Name}/{StateName}/{name} cannot be understood: {wrong.Message}", "Another version of SegPipe may have written it; remove it, and its work is done again.", wrong);
        }
    }
}
