using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace SegPipe.Host.Batch.Storage.S3;

/// <summary>Objects in S3, with failures told as a person can act on them. An object is there whole or not at all.</summary>
internal sealed class S3Objects : IDisposable
{
    // From the smallest part that S3 takes; 10,000 parts are the most.
    private const long PartBytes = 16 << 20, MostParts = 10_000;
    private const int BufferBytes = 1 << 17, AtOnce = 8;

    private readonly AmazonS3Client _client;
    private readonly S3Failures _failures;
    private long _moved;

    /// <summary>Takes everything from the environment.</summary>
    /// <exception cref="SegPipeException">64 where it names an endpoint that is none, 69 where there are no credentials.</exception>
    public S3Objects()
        : this(S3Settings.Read(), null)
    {
    }

    /// <param name="config">How the storage is spoken to.</param>
    /// <param name="credentials">Who asks; null for whom the environment names.</param>
    public S3Objects(AmazonS3Config config, AWSCredentials? credentials)
    {
        _failures = new(config.ServiceURL is { Length: > 0 } url ? new Uri(url).Authority : "Amazon S3");
        _client = _failures.Guard(() => credentials is null ? new AmazonS3Client(config) : new AmazonS3Client(credentials, config));
    }

    /// <summary>Bytes that were fetched and stored so far: what moves is not stuck.</summary>
    public long Moved => Interlocked.Read(ref _moved);

    /// <summary>Does something with each of many objects, some at a time.</summary>
    public static Task EachAsync<T>(IEnumerable<T> all, Func<T, CancellationToken, Task> act, CancellationToken abort) =>
        Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = abort }, async (one, cancel) => await act(one, cancel).ConfigureAwait(false));

    /// <summary>The text of an object, or null where there is none.</summary>
    public async Task<string?> ReadAsync(string bucket, string key, CancellationToken abort) => await _failures.GuardAsync<string?>($"s3://{bucket}/{key}", async () =>
    {
        using var response = await FindAsync(() => _client.GetObjectAsync(bucket, key, abort)).ConfigureAwait(false);
        if (response is null) return null;
        using var reader = new StreamReader(response.ResponseStream, Encoding.UTF8);
        return await reader.ReadToEndAsync(abort).ConfigureAwait(false);
    }).ConfigureAwait(false);

    /// <summary>Puts a text in place of whatever is there; with <paramref name="first"/> only where nothing is, and gives false where something was.</summary>
    public Task<bool> WriteAsync(string bucket, string key, string text, bool first, CancellationToken abort) => _failures.GuardAsync($"s3://{bucket}/{key}", async () =>
    {
        try
        {
            await _client.PutObjectAsync(new() { BucketName = bucket, Key = key, ContentBody = text, ContentType = "application/json", UseChunkEncoding = false, IfNoneMatch = first ? "*" : null }, abort).ConfigureAwait(false);
            return true;
        }
        // 409 is what Amazon answers the second of two that write at the same moment.
        catch (AmazonS3Exception there) when (first && there.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            return false;
        }
    });

    /// <summary>Puts a file in place of whatever is there, in parts where it is large.</summary>
    public Task StoreAsync(string path, string bucket, string key, CancellationToken abort) => _failures.GuardAsync($"s3://{bucket}/{key}", async () =>
    {
        var bytes = new FileInfo(path).Length;
        if (bytes > PartBytes) await StorePartsAsync(path, bytes, bucket, key, abort).ConfigureAwait(false);
        else await _client.PutObjectAsync(new() { BucketName = bucket, Key = key, FilePath = path, UseChunkEncoding = false }, abort).ConfigureAwait(false);
        Interlocked.Add(ref _moved, bytes);
        return true;
    });

    /// <summary>Fetches an object into a file and gives its SHA-256, or null where there is none.</summary>
    public async Task<string?> FetchAsync(string bucket, string key, string path, CancellationToken abort) => await _failures.GuardAsync<string?>($"s3://{bucket}/{key}", async () =>
    {
        using var response = await FindAsync(() => _client.GetObjectAsync(bucket, key, abort)).ConfigureAwait(false);
        if (response is null) return null;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, read) = (new byte[BufferBytes], 0);
        var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        await using (file.ConfigureAwait(false))
        {
            while ((read = await response.ResponseStream.ReadAsync(buffer, abort).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), abort).ConfigureAwait(false);
                Interlocked.Add(ref _moved, read);
            }
            if (file.Length != response.ContentLength) throw new IOException($"{file.Length} of {response.ContentLength} bytes came");
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }).ConfigureAwait(false);

    /// <summary>What is known of an object without fetching it, or null where there is none.</summary>
    public async Task<S3Stamp?> LookAsync(string bucket, string key, CancellationToken abort) => await _failures.GuardAsync<S3Stamp?>($"s3://{bucket}/{key}", async () =>
        await FindAsync(() => _client.GetObjectMetadataAsync(bucket, key, abort)).ConfigureAwait(false) is { } found
            ? new(key, found.ContentLength, Utc(found.LastModified), found.ETag ?? "")
            : null).ConfigureAwait(false);

    /// <summary>All objects whose keys begin so, by key.</summary>
    public async Task<IReadOnlyList<S3Stamp>> ListAsync(string bucket, string prefix, CancellationToken abort) =>
        (await PagesAsync(bucket, prefix, null, abort).ConfigureAwait(false)).SelectMany(p => p.S3Objects ?? []).Select(o => new S3Stamp(o.Key, o.Size ?? 0, Utc(o.LastModified), o.ETag ?? "")).ToList();

    /// <summary>The names between a prefix and the next slash.</summary>
    public async Task<IReadOnlyList<string>> FoldersAsync(string bucket, string prefix, CancellationToken abort) =>
        (await PagesAsync(bucket, prefix, "/", abort).ConfigureAwait(false)).SelectMany(p => p.CommonPrefixes ?? []).Select(p => p[prefix.Length..].TrimEnd('/')).ToList();

    /// <summary>Requires that a bucket is there and may be read.</summary>
    /// <exception cref="SegPipeException">66 where it is missing, 69 where the storage is, or refuses us.</exception>
    public Task RequireAsync(S3Location place, CancellationToken abort) => _failures.GuardAsync(place.ToString(), async () =>
        await _client.ListObjectsV2Async(new() { BucketName = place.Bucket, Prefix = place.Prefix, MaxKeys = 1 }, abort).ConfigureAwait(false));

    /// <summary>Removes an object; one that is not there is no error.</summary>
    public Task RemoveAsync(string bucket, string key, CancellationToken abort) => _failures.GuardAsync($"s3://{bucket}/{key}", async () => await _client.DeleteObjectAsync(bucket, key, abort).ConfigureAwait(false));

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static DateTimeOffset Utc(DateTime? time) => time is { } known ? new(known.ToUniversalTime(), TimeSpan.Zero) : default;

    private static async Task<T?> FindAsync<T>(Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound && missing.ErrorCode != S3Failures.NoBucket)
        {
            return null;
        }
    }

    private async Task<List<ListObjectsV2Response>> PagesAsync(string bucket, string prefix, string? delimiter, CancellationToken abort) => await _failures.GuardAsync($"s3://{bucket}/{prefix}", async () =>
    {
        var (pages, request) = (new List<ListObjectsV2Response>(), new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, Delimiter = delimiter });
        do
        {
            pages.Add(await _client.ListObjectsV2Async(request, abort).ConfigureAwait(false));
            request.ContinuationToken = pages[^1].NextContinuationToken;
        }
        while (pages[^1].IsTruncated == true);
        return pages;
    }).ConfigureAwait(false);

    private async Task StorePartsAsync(string path, long bytes, string bucket, string key, CancellationToken abort)
    {
        var size = Math.Max(PartBytes, (bytes + MostParts - 1) / MostParts);
        var begun = await _client.InitiateMultipartUploadAsync(bucket, key, abort).ConfigureAwait(false);
        try
        {
            var parts = new List<PartETag>();
            for (var at = 0L; at < bytes; at += size)
            {
                var part = new UploadPartRequest { BucketName = bucket, Key = key, UploadId = begun.UploadId, PartNumber = parts.Count + 1, FilePath = path, FilePosition = at, PartSize = Math.Min(size, bytes - at), UseChunkEncoding = false };
                parts.Add(new(parts.Count + 1, (await _client.UploadPartAsync(part, abort).ConfigureAwait(false)).ETag));
                Interlocked.Increment(ref _moved);
            }
            await _client.CompleteMultipartUploadAsync(new() { BucketName = bucket, Key = key, UploadId = begun.UploadId, PartETags = parts }, abort).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is AmazonS3Exception or HttpRequestException or IOException or OperationCanceledException)
        {
            await ForgetAsync(bucket, key, begun.UploadId).ConfigureAwait(false);
            throw;
        }
    }

    private async Task ForgetAsync(string bucket, string key, string upload)
    {
        try
        {
            await _client.AbortMultipartUploadAsync(bucket, key, upload, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is AmazonClientException or HttpRequestException or OperationCanceledException)
        {
            // Its parts show nowhere; buckets are told to drop such after some days.
        }
    }
}

/// <summary>What is known of an object without fetching it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Modified">When it was written, by the storage's clock.</param>
/// <param name="Tag">Changes with its content.</param>
internal sealed record S3Stamp(string Key, long Bytes, DateTimeOffset Modified, string Tag);
