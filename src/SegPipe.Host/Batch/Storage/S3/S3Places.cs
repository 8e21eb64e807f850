using System.Globalization;
using SegPipe.Host.Cluster;

namespace SegPipe.Host.Batch.Storage.S3;

/// <summary>What inputs, outputs and claims are in S3.</summary>
internal sealed partial class S3Store
{
    private const string Clock = "clock", Join = "join";

    /// <inheritdoc/>
    public async Task<InputStamp?> StampAsync(string input, CancellationToken abort)
    {
        if (!S3Location.Is(input)) return new FileInfo(input) is { Exists: true } file ? new(file.Length, new(file.LastWriteTimeUtc, TimeSpan.Zero)) : null;
        return await LookAsync(S3Location.Parse(input), abort).ConfigureAwait(false) is { } stamp ? new(stamp.Bytes, stamp.Modified) : null;
    }

    /// <inheritdoc/>
    public async Task<StoredInput> InputAsync(string input, CancellationToken abort)
    {
        if (!S3Location.Is(input)) return new(input, null, null);
        var from = S3Location.Parse(input);
        var stamp = await LookAsync(from, abort).ConfigureAwait(false) ?? throw new SegPipeException(ExitCode.InputMissing, $"The input {input} does not exist.", "Check the path.");
        return await inputs.TakeAsync(from, stamp, abort).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public string NameOf(string output) => $"{Name}/{Path.GetRelativePath(OutputFolder, output)}";

    /// <inheritdoc/>
    public async Task<bool> HoldsAsync(IReadOnlyList<JobOutput> outputs, CancellationToken abort)
    {
        foreach (var output in outputs)
        {
            var found = output.Files is null
                ? await objects.LookAsync(place.Bucket, place.Key(output.Path), abort).ConfigureAwait(false) is { } file ? [file] : []
                : await objects.ListAsync(place.Bucket, place.Key(output.Path) + "/", abort).ConfigureAwait(false);
            if (found.Count != (output.Files ?? 1) || found.Sum(f => f.Bytes) != output.Bytes) return false;
        }
        return true;
    }

    /// <inheritdoc/>
    public async Task FinishAsync(string job, JobDone done, CancellationToken abort)
    {
        var (name, text) = (BatchNames.Done(job), BatchJson.Write(done));
        // A worker that was stopped in a join wakes up when another one has finished it.
        if (await ReadAsync<JobDone>(name, abort).ConfigureAwait(false) is { } before && before.ConfigHash == done.ConfigHash) return;
        await StoreAsync(done.Outputs, abort).ConfigureAwait(false);
        if (await objects.WriteAsync(place.Bucket, KeyOf(name), text, first: true, abort).ConfigureAwait(false)) return;
        if (await ReadAsync<JobDone>(name, abort).ConfigureAwait(false) is { } first && first.ConfigHash == done.ConfigHash && first.Outputs.SequenceEqual(done.Outputs)) return;
        // Both have stored other bytes, in whatever order; nobody but us stores any now.
        await StoreAsync(done.Outputs, abort).ConfigureAwait(false);
        await objects.WriteAsync(place.Bucket, KeyOf(name), text, first: false, abort).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task RemoveOutputAsync(JobOutput output, string mark, CancellationToken abort)
    {
        if (output.Files is not null && !await HoldsAsync([output], abort).ConfigureAwait(false)) await RequireEmptyAsync(output.Path, abort).ConfigureAwait(false);
        var keys = output.Files is null ? [place.Key(output.Path)] : (await objects.ListAsync(place.Bucket, place.Key(output.Path) + "/", abort).ConfigureAwait(false)).Select(f => f.Key);
        await S3Objects.EachAsync(keys, (key, cancel) => objects.RemoveAsync(place.Bucket, key, cancel), abort).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task RemoveHalfAsync(string path, string mark, CancellationToken abort)
    {
        await RequireEmptyAsync(path, abort).ConfigureAwait(false);
        await objects.RemoveAsync(place.Bucket, place.Key(path), abort).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IDisposable Share() => new Nothing(null);

    /// <inheritdoc/>
    public async Task<IDisposable> ShareJoinAsync(string job, TimeProvider time, CancellationToken abort)
    {
        var key = ClaimKey(job) + Join;
        if (!await objects.WriteAsync(place.Bucket, key, "", first: true, abort).ConfigureAwait(false))
        {
            var (now, claims) = await ClaimsAsync(job, abort).ConfigureAwait(false);
            if (claims.FirstOrDefault(c => c.Key == key) is not { } other || now - other.Modified < Claims.Life) throw new JoinHeldException(job);
        }
        var claim = new S3Claim(objects, place.Bucket, key, "", time);
        return new Nothing(() =>
        {
            claim.Dispose();
            foreach (var folder in (string[])[JoinFolder(job), OutputFolder])
                if (Directory.Exists(folder)) AtomicFile.Guard(folder, () => Directory.Delete(folder, recursive: true));
        });
    }

    /// <inheritdoc/>
    public IDisposable Claim(string job, int part, string worker, TimeProvider time) => new S3Claim(objects, place.Bucket, ClaimKey(job) + part.ToString(CultureInfo.InvariantCulture), worker, time);

    /// <inheritdoc/>
    public async Task<IReadOnlySet<int>> ClaimedAsync(string job, CancellationToken abort)
    {
        var ((now, claims), live) = (await ClaimsAsync(job, abort).ConfigureAwait(false), new HashSet<int>());
        foreach (var claim in claims)
            if (int.TryParse(claim.Key[ClaimKey(job).Length..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var part) && now - claim.Modified < Claims.Life) live.Add(part);
        return live;
    }

    private async Task StoreAsync(IReadOnlyList<JobOutput> outputs, CancellationToken abort)
    {
        foreach (var output in outputs)
        {
            var full = Path.Combine(OutputFolder, output.Path);
            string[] files = output.Files is null ? [full] : Directory.GetFiles(full, "*", SearchOption.AllDirectories);
            await S3Objects.EachAsync(files, (file, cancel) => objects.StoreAsync(file, place.Bucket, place.Key(Path.GetRelativePath(OutputFolder, file)), cancel), abort).ConfigureAwait(false);
        }
    }

    private async Task<(DateTimeOffset Now, IReadOnlyList<S3Stamp> Claims)> ClaimsAsync(string job, CancellationToken abort)
    {
        // Something written now has the storage's time, so that no two machines need the same clock.
        await objects.WriteAsync(place.Bucket, ClaimKey(job) + Clock, "", first: false, abort).ConfigureAwait(false);
        var claims = await objects.ListAsync(place.Bucket, ClaimKey(job), abort).ConfigureAwait(false);
        return (claims.Max(c => c.Modified), claims);
    }

    private Task<S3Stamp?> LookAsync(S3Location input, CancellationToken abort) => objects.LookAsync(input.Bucket, input.Prefix, abort);

    private string ClaimKey(string job) => KeyOf($"claims/{job}/");

    /// <summary>Keys cannot be given another name in one go, so what is not known to be ours alone stays until a person has looked.</summary>
    private async Task RequireEmptyAsync(string path, CancellationToken abort)
    {
        if ((await objects.ListAsync(place.Bucket, place.Key(path) + "/", abort).ConfigureAwait(false)).Count > 0)
            throw new SegPipeException(ExitCode.CannotCreate, $"{Name}/{path} holds files of an earlier configuration, or of somebody else.", "Remove what is in it, or choose another --out.");
    }

    private sealed class Nothing(Action? end) : IDisposable
    {
        public void Dispose() => end?.Invoke();
    }
}
