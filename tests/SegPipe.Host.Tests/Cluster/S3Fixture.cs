using Amazon.Runtime;
using Amazon.S3;
using SegPipe.Host.Batch.Storage.S3;
using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

/// <summary>One S3 server for the tests of a class, started by the first that needs it; each test has a bucket of its own.</summary>
public sealed class S3Fixture : IAsyncLifetime
{
    private readonly Lazy<Task<S3Server>> _server = new(S3Server.StartAsync);
    private int _buckets;

    /// <summary>The server; where it is not installed, the test is skipped.</summary>
    public Task<S3Server> ServerAsync()
    {
        Skip.IfNot(S3Server.WhyMissing is null, S3Server.WhyMissing);
        return _server.Value;
    }

    public async Task<string> AddBucketAsync()
    {
        var server = await ServerAsync();
        var bucket = $"bucket-{Interlocked.Increment(ref _buckets)}";
        using var client = new AmazonS3Client(new BasicAWSCredentials(S3Server.AccessKey, server.Secret), S3Settings.For(server.Endpoint, null));
        await client.PutBucketAsync(bucket);
        return bucket;
    }

    /// <summary>A client with the right secret, or another.</summary>
    internal async Task<S3Objects> OpenAsync(string? secret = null)
    {
        var server = await ServerAsync();
        return new(S3Settings.For(server.Endpoint, null), new BasicAWSCredentials(S3Server.AccessKey, secret ?? server.Secret));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server.IsValueCreated) (await _server.Value).Dispose();
    }
}
